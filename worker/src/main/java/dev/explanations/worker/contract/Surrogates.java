package dev.explanations.worker.contract;

/** UTF-16 surrogates, which mean something only in pairs and cannot be written as UTF-8 alone. */
final class Surrogates {

  private Surrogates() {}

  static boolean arePaired(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}

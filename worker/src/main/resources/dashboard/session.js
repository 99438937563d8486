// The control token: in this tab only, until it is closed; never in an address or in storage that lasts.

const KEY = 'explanation-worker.control-token';

let token = stored();
const listeners = [];

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off: memory has to do
  }
}

export function getToken() {
  return token;
}

/** Null or an empty one forgets it. */
export function setToken(value) {
  token = value || null;
  try {
    if (token === null) {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, token);
    }
  } catch {
    // see above
  }
  listeners.forEach((listener) => listener());
}

export function onTokenChange(listener) {
  listeners.push(listener);
}

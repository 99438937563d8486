// Asking the worker. Paths are relative, so that the page also works behind a proxy's prefix.

const TIMEOUT_MILLIS = 5_000;
/** Commands wait up to five seconds for all workers, dead letters are read from Kafka. */
const SLOW_TIMEOUT_MILLIS = 20_000;

/** What went wrong, in words; status is null when there was no answer. */
export class ApiError extends Error {
  constructor(message, status = null) {
    super(message);
    this.status = status;
  }
}

/** The JSON of a GET; a 503 with a body, as of bad health, is an answer too. */
export async function get(path, token = null) {
  const timeout = path.startsWith('api/dead-letters') ? SLOW_TIMEOUT_MILLIS : TIMEOUT_MILLIS;
  const response = await send(path, { headers: authorization(token) }, timeout);
  const isProblem = (response.headers.get('Content-Type') ?? '').startsWith('application/problem');
  return response.ok || (response.status === 503 && !isProblem)
    ? json(response)
    : Promise.reject(await refusal(response));
}

export async function post(path, body, token = null) {
  const headers = { ...authorization(token), 'Content-Type': 'application/json' };
  const request = { method: 'POST', headers, body: body === null ? null : JSON.stringify(body) };
  const response = await send(path, request, SLOW_TIMEOUT_MILLIS);
  return response.ok ? json(response) : Promise.reject(await refusal(response));
}

function authorization(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function send(path, request, timeout) {
  try {
    return await fetch(path, {
      ...request, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(timeout) });
  } catch (failure) {
    throw new ApiError(
      failure.name === 'TimeoutError'
        ? `The worker did not answer within ${timeout / 1000} s.`
        : 'The worker cannot be reached.');
  }
}

async function json(response) {
  try {
    return await response.json();
  } catch {
    throw new ApiError('The answer broke off or is not JSON.', response.status);
  }
}

async function refusal(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // a proxy's page: the status has to do
  }
  const title = problem.title ?? response.statusText;
  const status = `${response.status}${title ? ` ${title}` : ''}`;
  return new ApiError(
    problem.detail ? `${problem.detail} (${status})` : `The answer was ${status}.`,
    response.status);
}

/** Inline code of the stack's functions: what they do is said by the request, so that cases stay data. */

/** Answers with the event that it got. */
export const ECHO = `exports.handler = async (event) => ({
  statusCode: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(event),
});`;

/** Answers with the JSON of the request body, or throws the text of the header x-throw. */
export const SCRIPTED = `exports.handler = async (event) => {
  const headers = event.headers || {};
  if (headers['x-throw']) throw new Error(headers['x-throw']);
  return event.body === null ? undefined : JSON.parse(event.body);
};`;

/** Non-proxy backend: returns its event, or throws what the event says. */
export const PLAIN = `exports.handler = async (event) => {
  if (event.fail) throw new Error(event.fail);
  return event;
};`;

/**
 * Authorizer that does what the header x-auth says: a JSON object with \`throw\` or \`result\`. In the result the text
 * METHOD_ARN stands for the event's method ARN, and EVENT for the event itself.
 */
export const AUTHORIZER = `exports.handler = async (event) => {
  const headers = Object.fromEntries(Object.entries(event.headers || {}).map(([k, v]) => [k.toLowerCase(), v]));
  const script = JSON.parse(headers['x-auth'] || '{"result":null}');
  if (script.throw) throw new Error(script.throw);
  const text = JSON.stringify(script.result === undefined ? null : script.result);
  const copy = Object.fromEntries(Object.entries(event).filter(([k]) => !k.toLowerCase().includes('headers')));
  const event64 = Buffer.from(JSON.stringify(copy)).toString('base64');
  return JSON.parse(text.split('METHOD_ARN').join(event.methodArn).split('EVENT').join(event64));
};`;

/** TOKEN authorizer: allows the token \`Bearer allow\`, throws for all others. */
export const TOKEN_AUTHORIZER = `exports.handler = async (event) => {
  if (event.authorizationToken !== 'Bearer allow') throw new Error('Unauthorized');
  return {
    principalId: 'token',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
    context: { type: event.type, token: event.authorizationToken },
  };
};`;

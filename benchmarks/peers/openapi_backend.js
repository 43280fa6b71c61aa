// openapi-backend as its documentation sets up a mock server, on Node's own http server: node openapi_backend.js PORT DOCUMENT
const http = require('node:http');
const { OpenAPIBackend } = require('openapi-backend');

const [port, definition] = process.argv.slice(2);
const send = (response, status, body) => {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length });
  response.end(text);
};
const api = new OpenAPIBackend({
  definition,
  quick: true,
  ajvOpts: { strict: false },
  handlers: {
    validationFail: (context, request, response) => send(response, 400, { errors: context.validation.errors }),
    notFound: (context, request, response) => send(response, 404, { error: 'not found' }),
    notImplemented: (context, request, response) => {
      const { status, mock } = api.mockResponseForOperation(context.operation.operationId);
      send(response, status, mock);
    },
  },
});
for (const name of ['signature', 'token', 'Signature', 'Token']) api.registerSecurityHandler(name, () => true);

api.init().then(() => http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const [path, query = ''] = request.url.split('?');
    const text = Buffer.concat(pieces).toString();
    const { method, headers } = request;
    api.handleRequest({ method, path, query, headers, body: text ? JSON.parse(text) : undefined }, request, response);
  });
}).listen(Number(port), '127.0.0.1'));

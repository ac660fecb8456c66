// The fastest thing that node:http can be.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

const BODY = '{ "hello": "world" }';
const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': BODY.length });
  response.end(BODY);
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());

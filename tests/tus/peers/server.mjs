// @tus/server with its file store behind mutual TLS 1.3: `node server.mjs PKI FOLDER`; prints its port.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";
import { readFileSync } from "node:fs";
import https from "node:https";

const [pki, folder] = process.argv.slice(2);
const tus = new Server({ path: "/files", datastore: new FileStore({ directory: folder }) });
const tls = {
  key: readFileSync(`${pki}/server.key`),
  cert: readFileSync(`${pki}/server.pem`),
  ca: readFileSync(`${pki}/ca.pem`),
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: "TLSv1.3",
};
const server = https.createServer(tls, (request, response) => tus.handle(request, response));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));

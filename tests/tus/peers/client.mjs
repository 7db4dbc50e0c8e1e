// tus-js-client: `node client.mjs PKI ENDPOINT FILE CHUNK_BYTES`; prints the upload's address when all of it is there.
import { readFileSync } from "node:fs";
import * as tus from "tus-js-client";

const [pki, endpoint, file, chunkSize] = process.argv.slice(2);
const tls = {
  ca: readFileSync(`${pki}/ca.pem`),
  cert: readFileSync(`${pki}/kiosk.pem`),
  key: readFileSync(`${pki}/kiosk.key`),
};
const upload = new tus.Upload(readFileSync(file), {
  endpoint,
  chunkSize: Number(chunkSize),
  retryDelays: new Array(100).fill(50),
  httpStack: new tus.DefaultHttpStack(tls),
  metadata: { filename: "1.pdf" },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(upload.url);
    process.exit(0);
  },
});
upload.start();

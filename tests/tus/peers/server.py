"""tuspyserver behind mutual TLS 1.3: `python server.py PKI FOLDER`; prints its port. Runs in the peers' environment."""

import socket
import ssl
import sys

import uvicorn
from fastapi import FastAPI
from tuspyserver import create_tus_router

pki, folder = sys.argv[1:]
app = FastAPI()
app.include_router(create_tus_router(prefix="files", files_dir=folder))
listener = socket.create_server(("127.0.0.1", 0))
config = uvicorn.Config(
    app,
    ssl_keyfile=f"{pki}/server.key",
    ssl_certfile=f"{pki}/server.pem",
    ssl_ca_certs=f"{pki}/ca.pem",
    ssl_cert_reqs=ssl.CERT_REQUIRED,
    log_level="error",
)
config.load()
config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
print(listener.getsockname()[1], flush=True)
uvicorn.Server(config).run([listener])

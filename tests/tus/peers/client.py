"""tuspy: `python client.py PKI ENDPOINT FILE CHUNK_BYTES`; prints the upload's address when all of it is there.

Runs in the peers' environment. The authority comes by REQUESTS_CA_BUNDLE, since tuspy takes none.
"""

import sys
import time

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

pki, endpoint, file, chunk = sys.argv[1:]
client = TusClient(endpoint, client_cert=(f"{pki}/kiosk.pem", f"{pki}/kiosk.key"))
address = None
for _ in range(200):
    try:
        # An address known from before is asked where it stands.
        uploader = client.uploader(file, chunk_size=int(chunk), url=address, metadata={"filename": "1.pdf"})
        if uploader.url is None:
            uploader.set_url(uploader.create_url())
            uploader.offset = 0
        address = uploader.url
        uploader.upload()
    except (TusCommunicationError, OSError) as error:
        print(type(error).__name__, file=sys.stderr)
        time.sleep(0.05)
    else:
        print(address)
        sys.exit(0)
sys.exit(1)

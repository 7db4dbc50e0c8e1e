"""Generated pages whose truth is known: many layouts, worn and lit badly, empty or nearly so, photographed."""

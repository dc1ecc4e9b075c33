// FluvioTransport

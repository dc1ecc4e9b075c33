// FluvioClient

// FluvioLocal

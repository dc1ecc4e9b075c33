// What objects are made of is part of this library's interface.
@_exported public import FluvioProtocol

public import CFluvio
import FluvioClient
import Glibc

/// Lives as long as the process: C is given its address.
private let version: StaticString = "0.1.0"

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_version() -> UnsafePointer<CChar>? {
    unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_connect(
    _ profile: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<fluvio_error>?
) -> OpaquePointer? {
    unsafe attempt(error, orElse: nil) { () throws(FluvioError) in
        guard unsafe profile != nil else { return try unsafe connect(.currentProfile) }
        return try unsafe connect(.profile(try unsafe text(profile, "profile")))
    }
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_connect_address(
    _ address: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<fluvio_error>?
) -> OpaquePointer? {
    unsafe attempt(error, orElse: nil) { () throws(FluvioError) in
        try unsafe connect(.address(try unsafe text(address, "address")))
    }
}

private func connect(_ target: Target) throws(FluvioError) -> OpaquePointer {
    unsafe given(try blocking { () async throws(FluvioError) in try await Fluvio.connect(to: target) })
}

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_close(_ client: OpaquePointer?) { unsafe taken(client, as: Fluvio.self)?.close() }

/// Declared and described in `fluvio.h`.
@c @implementation
public func fluvio_free(_ text: UnsafeMutablePointer<CChar>?) { unsafe free(text) }

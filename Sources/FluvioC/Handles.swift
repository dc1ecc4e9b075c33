import CFluvio
import FluvioClient

/// Gives an object away to C, which owns it until ``taken(_:as:)``.
func given(_ object: AnyObject) -> OpaquePointer { unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque()) }

/// An object that C holds, for the time of a call.
func held<Object: AnyObject>(_ handle: OpaquePointer?, as _: Object.Type) throws(FluvioError) -> Object {
    guard let handle = unsafe handle else { throw FluvioError(.invalidArgument, "the handle is NULL") }
    return unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// An object that C gives back; nil for NULL.
func taken<Object: AnyObject>(_ handle: OpaquePointer?, as _: Object.Type) -> Object? {
    unsafe handle.map { unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer($0)).takeRetainedValue() }
}

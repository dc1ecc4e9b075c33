import Glibc
import Unix

// Where the bytes come from.
extension RecordReader {
    /// Reads once, if that does not block. Nil: look for records again.
    mutating func fill() throws(InputError) -> InputStep? {
        makeRoom()
        do throws(SystemError) {
            if wake >= 0 || !isRegular {
                let events = try Unix.poll(descriptor, CInt(POLLIN), wake, CInt(POLLIN), timeoutMilliseconds: 0)
                if events.second != 0 { return .woken }
                if events.first == 0 { return .idle }
            }
            let room = unsafe UnsafeMutableRawBufferPointer(start: buffer + end, count: min(capacity - end, bufferSize))
            let count = try unsafe Unix.read(descriptor, into: room)
            if count == 0 {
                sourceHasEnded = true
                return nil
            }
            end += count
            guard announcesChunks else { return nil }
            return unsafe .chunk(UnsafeRawBufferPointer(rebasing: room[..<count]))
        } catch {
            if error.code == EAGAIN { return .idle }
            let failure = InputError(source: source ?? "-", cause: error)
            // Records before it have been handed out; one that was cut by the error is not passed off as whole.
            closeSource()
            throw failure
        }
    }

    /// Moves the beginning of a record to the front, at most once, and makes the buffer larger where it fills it.
    mutating func makeRoom() {
        if start == end {
            base += start
            start = 0
            scanned = 0
            end = 0
            return
        }
        let enough = min(bufferSize / 4, capacity)
        guard capacity - end < enough else { return }
        if start > 0 {
            unsafe memmove(buffer, buffer + start, end - start)
            base += start
            scanned -= start
            end -= start
            start = 0
        }
        guard capacity - end < enough else { return }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        unsafe memcpy(larger, buffer, end)
        unsafe buffer.deallocate()
        unsafe buffer = larger
        capacity *= 2
    }

    mutating func openNext() throws(InputError) -> Bool {
        closeSource()
        guard nextSource < sources.count else { return false }
        let name = sources[nextSource]
        nextSource += 1
        if name == "-" {
            descriptor = standardInput
        } else {
            do throws(SystemError) {
                // Not to wait for a FIFO's writer here, where nothing could wake us: poll(2) waits for it. The
                // description is ours alone.
                descriptor = try FileDescriptor.open(name, O_RDONLY | O_NONBLOCK).release()
                ownsDescriptor = true
            } catch {
                throw InputError(source: name, cause: error)
            }
        }
        isRegular = Unix.isRegularFile(descriptor)
        sourceHasEnded = false
        return true
    }

    mutating func closeSource() {
        if ownsDescriptor { _ = close(descriptor) }
        descriptor = -1
        ownsDescriptor = false
        sourceHasEnded = true
        start = 0
        scanned = 0
        end = 0
        base = 0
        skipped = 0
        line = 0
        text = JSONTextScan()
    }
}

import FluvioProtocol

/// Cuts the bytes of a connection into frames. It knows no socket: bytes are handed in, frames taken out.
struct FrameReader {
    /// What comes out.
    enum Output {
        /// A whole frame.
        case frame(IncomingFrame)
        /// After the frames before it, what makes all that follows unreadable. It comes again and again.
        case failure(TransportError.Reason)
        /// More bytes are needed.
        case none
    }

    /// What is taken on the peer's word, in bytes, before anything of a frame has come.
    static let firstAllocation = 1 << 20
    /// How much more than what has come of a frame is allocated for it: a peer that announces much and sends little
    /// costs little, and a frame of the usual sizes is allocated once.
    static let allocationFactor = 64
    /// From so many missing bytes on, a frame is read straight into its own array; less is read together with what
    /// follows it, and copied.
    static let directThreshold = 128 << 10

    private let minimum: Int
    private let maximum: Int

    /// Whole frames, from `firstReady` on.
    private var ready: [IncomingFrame] = []
    private var firstReady = 0
    private var failure: TransportError.Reason?

    /// The length in front of the frame under way, as far as it has come.
    private var length: UInt32 = 0
    private var lengthBytes = 0
    /// The frame under way once its length is known, of `total` bytes in the end.
    private var frame: [UInt8] = []
    private var total = 0

    /// - Parameters:
    ///   - minimum: shortest frame taken, in bytes, its length prefix not counted.
    ///   - maximum: longest.
    init(minimum: Int, maximum: Int) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Tells the frame under way from those before it.
    private(set) var frameNumber = 0

    /// Whether part of a frame has come.
    var isInsideFrame: Bool { lengthBytes > 0 }

    /// How many bytes are better read by ``fill(_:)`` than handed to ``take(_:)``; 0: none.
    var direct: Int {
        let missing = total - frame.count
        return failure == nil && missing >= Self.directThreshold ? missing : 0
    }

    /// Lets `body` write into the free part of the frame under way and say how much it wrote.
    mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
        grow()
        let room = min(frame.capacity, total) - frame.count
        frame.append(addingCapacity: room) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                let free = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<room])
                count += unsafe body(free)
            }
        }
        if frame.count == total { finishFrame() }
    }

    /// Takes bytes as they came.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while position < bytes.count, failure == nil {
            if lengthBytes < Frame.lengthSize {
                length = length << 8 | UInt32(unsafe bytes[position])
                position += 1
                lengthBytes += 1
                if lengthBytes == Frame.lengthSize { beginFrame(arrived: bytes.count - position) }
                continue
            }
            let count = min(total - frame.count, bytes.count - position)
            grow(by: count)
            unsafe frame.append(contentsOf: bytes[position..<(position + count)])
            position += count
            if frame.count == total { finishFrame() }
        }
    }

    /// The next whole frame. It belongs to the caller alone.
    mutating func next() -> Output {
        guard firstReady < ready.count else {
            return failure.map { .failure($0) } ?? .none
        }
        // Swapped out, not copied: a second reference would make the first change of its bytes copy them.
        var frame = IncomingFrame(bytes: [])
        swap(&frame, &ready[firstReady])
        firstReady += 1
        if firstReady == ready.count {
            ready.removeAll(keepingCapacity: true)
            firstReady = 0
        }
        return .frame(frame)
    }

    private mutating func beginFrame(arrived: Int) {
        let announced = Int(Int32(bitPattern: length))
        guard announced >= 0 else { return failure = .negativeLength(announced) }
        guard announced >= minimum else { return failure = .frameTooShort(announced) }
        guard announced <= maximum else { return failure = .frameTooLong(announced, limit: maximum) }
        total = Frame.lengthSize + announced
        frame.reserveCapacity(min(total, max(Self.firstAllocation, arrived * Self.allocationFactor)))
        for shift in [24, 16, 8, 0] { frame.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
        if frame.count == total { finishFrame() }
    }

    private mutating func finishFrame() {
        ready.append(IncomingFrame(bytes: frame))
        frame = []
        total = 0
        length = 0
        lengthBytes = 0
        frameNumber &+= 1
    }

    /// Makes room for `more` bytes, or some.
    private mutating func grow(by more: Int = 1) {
        guard frame.capacity < min(total, frame.count + more) else { return }
        frame.reserveCapacity(min(total, max(frame.count + more, frame.count * Self.allocationFactor)))
    }
}

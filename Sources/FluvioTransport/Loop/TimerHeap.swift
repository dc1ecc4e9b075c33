import Unix

/// Jobs that wait for their time: a heap by deadline, then by age.
struct TimerHeap<Job> {
    private struct Entry {
        let deadline: MonotonicTime
        let id: UInt64

        func precedes(_ other: Entry) -> Bool {
            deadline != other.deadline ? deadline < other.deadline : id < other.id
        }
    }

    private var heap: [Entry] = []
    /// What was cancelled has left here, but not the heap: taking an entry out of its middle would cost a search.
    private var jobs: [UInt64: Job] = [:]
    private var lastID: UInt64 = 0

    /// When the next job is due; nil: there is none.
    var next: MonotonicTime? {
        mutating get {
            while let first = heap.first, jobs[first.id] == nil { removeFirst() }
            return heap.first?.deadline
        }
    }

    var count: Int { jobs.count }

    mutating func add(_ job: Job, at deadline: MonotonicTime) -> UInt64 {
        lastID += 1
        jobs[lastID] = job
        heap.append(Entry(deadline: deadline, id: lastID))
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].precedes(heap[parent]) else { break }
            heap.swapAt(index, parent)
            index = parent
        }
        return lastID
    }

    /// The job, so that its owner lets go of it where it wants; nil: it has run or was cancelled.
    mutating func remove(_ id: UInt64) -> Job? {
        let job = jobs.removeValue(forKey: id)
        if heap.count > 2 * jobs.count + 64 {
            let live = jobs
            heap.removeAll { live[$0.id] == nil }
            // A sorted array is a heap.
            heap.sort { $0.precedes($1) }
        }
        return job
    }

    /// The next job if it is due at `now`.
    mutating func take(due now: MonotonicTime) -> Job? {
        guard let deadline = next, deadline <= now, let first = heap.first else { return nil }
        removeFirst()
        return jobs.removeValue(forKey: first.id)
    }

    private mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var index = 0
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2) where child < heap.count && heap[child].precedes(heap[least])
            {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

import FluvioProtocol
import Synchronization
import Unix

// What can go wrong with what watchers are told.
extension Controller {
    /// A fault has begun or ended. On the loop's thread.
    func faultsChanged() {
        for id in fleet.allReachable.keys.sorted() where registry.onlineSpus.contains(id) {
            do throws(SystemError) { try put(server(id)) } catch { say(error.description) }
        }
        push()
        placeWaitingTopics()
    }

    /// The state in which a new topic stays; nil: it gets on.
    var stalledState: TopicResolution? {
        [.initializing, .pending].first { faults?.isOn(.topicsStay($0)) ?? false }
    }

    /// What is sent in place of these pushes.
    func spoiled(_ pushes: [WatcherList.Push], by faults: FaultBoard) -> [WatcherList.Push] {
        let doubled = !pushes.isEmpty && faults.happens(.doubledPushes)
        let swapped = faults.isOn(.swappedPushes) && (pushes.isEmpty || faults.happens(.swappedPushes))
        return state.withLock { $0.pushFaults.apply(to: pushes, doubled: doubled, swapped: swapped) }
    }
}

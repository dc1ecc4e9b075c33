import Unix

// What is known, and what is decided.
extension Recognition {
    /// A file that is known.
    struct Known {
        let id: FileID
        /// Its name before rotation.
        var family: String
        /// As of ``position``.
        var evidence: Evidence
        /// Bytes that were read of it.
        var position: Int
        var state: State
        /// Whether it has a name that may be written to: it may be cut, and written anew, while it is looked at.
        var isLive: Bool
        /// Place, size and times now, if it is open.
        var facts: () -> Unix.FileFacts?
        /// Opens its content where it is, if it still is.
        var content: () -> Content?
    }

    enum State {
        /// It is being read.
        case open
        /// It is to be found: by its place too, or by its content alone.
        case missing, cut
        /// All of it was read.
        case closed
        /// It was lost.
        case gone
    }

    /// What is to be done, in this order. Where an open file is seen to be cut while it is done, what is said to be new
    /// may be of what stood there: it is looked again for that (``Decision/new``).
    enum Decision {
        /// It is read on from its position.
        case opens(FileID, Walk.Found, Content, isNamed: Bool)
        /// It was all read, and has not changed since.
        case rests(FileID, Walk.Found, isNamed: Bool)
        /// It was cut: by its content alone it can be known from now on.
        case wasCut(FileID, Walk.Found)
        /// It goes on from its position in another file.
        case goesOn(FileID, Walk.Found, Content, isNamed: Bool)
        /// It is nowhere; `isAgain`: what has its name begins as it did, and has as much: all of that is sent.
        case isLost(FileID, isAgain: Bool)
        /// It is to be found, and cannot be opened.
        case isUnreadable(FileID?, Walk.Found, any Error)
        /// Its name, size or time is another.
        case changed(FileBook.Change)
        /// Its name was given to another file, which begins with all of it: so many bytes. It goes on there.
        case isReplaced(FileID, Walk.Found, Content, common: Int, isNamed: Bool)
        /// It is a new file.
        case begins(FileID, Walk.Found, Content, isNamed: Bool)
        /// What stands in its place after it was cut.
        case beginsAnew(FileID, after: FileID, Walk.Found, Content, isNamed: Bool)
        /// It has nothing of its own.
        case copies(FileID, Walk.Found, Content, of: FileID, isNamed: Bool)
        /// It may become a copy; `common`: bytes that it is known to have in common with it.
        case waits(Walk.Found, of: FileID, common: Int)
        /// An open file was cut, as is seen here first; it is looked again.
        case mustBeCut(FileID)

        /// The file that it says is new, and may be a copy of one.
        var new: FileID? {
            switch self {
            case .begins(let id, _, _, _), .copies(let id, _, _, _, _): id
            default: nil
            }
        }
    }
}

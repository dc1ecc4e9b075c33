import Documents
import FluvioClient

// Where a command need not be named, one that is misspelt is taken for an operand, as for a topic.
extension Tool {
    /// An error where operands are missing, with the command that the first of them may have been meant for.
    func advised(_ error: UsageError, _ path: [Command], _ words: [String]) -> UsageError {
        guard let operands = standard?.table.operands, words.count < OperandInfo.least(operands), path.isEmpty,
            let word = words.first, let guess = command(near: word)
        else { return error }
        return UsageError("\(error.description); did you mean the command '\(guess)'?")
    }

    /// An error about a topic that is not there, with the command that its name may have been meant for.
    func advised(_ error: any Error) -> any Error {
        guard let error = error as? FluvioError, error.code == .topicNotFound, let topic = error.place.topic,
            let guess = command(near: topic)
        else { return error }
        let question = "did you mean the command '\(guess)'"
        // Another topic may be as near.
        let advice = error.advice.flatMap { $0.hasPrefix("did you mean") ? "\($0) Or \(question)?" : nil }
        return FluvioError(
            error.code, error.message, at: error.place, advice: advice ?? "\(question)?", underlying: error.underlying)
    }

    private func command(near word: String) -> String? {
        standard == nil ? nil : Suggestion.nearest(to: word, among: commands.map(\.name))
    }
}

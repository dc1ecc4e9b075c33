extension Tool {
    /// The text of an artifact.
    package func text(of artifact: Artifact) -> String {
        switch artifact {
        case .man: manualPage
        case .bash: bashCompletion
        case .zsh: zshCompletion
        case .fish: fishCompletion
        }
    }
}

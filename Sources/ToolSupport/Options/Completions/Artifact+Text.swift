extension Tool {
    /// The text of an artifact.
    package func text(of artifact: Artifact) -> String {
        switch artifact {
        case .man, .bash, .zsh, .fish: ""
        }
    }
}

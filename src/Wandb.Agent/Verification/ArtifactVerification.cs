using System.Diagnostics;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Verification;

/// <summary>Compares an artifact's record with what the server says of the version.</summary>
internal static class ArtifactVerification
{
    public static Finding Of(LoggedArtifact artifact, ServerReading<ArtifactStateAnswer> reading) => reading switch
    {
        ServerReading<ArtifactStateAnswer>.Known known => OfAnswer(artifact, known.Value),
        ServerReading<ArtifactStateAnswer>.Unsupported unsupported => Say(artifact, FindingVerdict.NotChecked, $"the server cannot tell: {unsupported.Why}"),
        ServerReading<ArtifactStateAnswer>.Failed failed => Say(artifact, FindingVerdict.NotChecked, $"the server could not be asked: {failed.Cause.Words}"),
        _ => throw new UnreachableException(),
    };

    private static Finding OfAnswer(LoggedArtifact artifact, ArtifactStateAnswer answer) => answer switch
    {
        { Exists: false } => Say(artifact, FindingVerdict.Missing, $"not on the server (digest {artifact.Digest})"),
        { State: "DELETED" } => Say(artifact, FindingVerdict.Missing, "deleted on the server"),
        { State: null } => Say(artifact, FindingVerdict.NotChecked, "on the server, which does not tell its state"),
        { State: "COMMITTED" } => OfDigest(artifact, answer.Digest),
        _ when !artifact.IsFinal => Say(artifact, FindingVerdict.Same, $"on the server, left for another writer to commit ({answer.State})"),
        _ => Say(artifact, FindingVerdict.Missing, $"begun on the server, but {answer.State} instead of COMMITTED: its content is not complete"),
    };

    private static Finding OfDigest(LoggedArtifact artifact, string? digest)
    {
        if (digest is null)
            return Say(artifact, FindingVerdict.NotChecked, "committed on the server, which does not tell its digest");
        if (string.Equals(digest, artifact.Digest, StringComparison.Ordinal))
            return Say(artifact, FindingVerdict.Same, $"committed, digest {digest}");
        return artifact.IsPartial
            ? Say(artifact, FindingVerdict.NotChecked, $"committed; its manifest adds to another one, so that the digests differ: {digest} there, {artifact.Digest} in the file")
            : Say(artifact, FindingVerdict.Differs, $"digest {digest} on the server, {artifact.Digest} in the file");
    }

    private static Finding Say(LoggedArtifact artifact, FindingVerdict verdict, string text) => new($"artifact {artifact.Type}/{artifact.Name}", verdict, text);
}

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>What a signed upload URL is for.</summary>
internal abstract record UploadTarget
{
    private UploadTarget()
    {
    }

    /// <summary>The word in the URL and in the header that has to come back.</summary>
    public string Kind => this switch
    {
        RunFile => "run",
        Manifest => "manifest",
        ArtifactFile => "artifact",
        Part => "part",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The file's name for people.</summary>
    public string Name => this switch
    {
        RunFile file => file.Path,
        Manifest manifest => manifest.FileName,
        ArtifactFile file => file.Path,
        Part part => part.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public sealed record RunFile(RunKey Run, string Path) : UploadTarget;

    public sealed record Manifest(string ArtifactId, string ManifestId, string FileName) : UploadTarget;

    public sealed record ArtifactFile(string ArtifactId, string Path, string? MimeType) : UploadTarget;

    public sealed record Part(string UploadId, int Number) : UploadTarget;
}

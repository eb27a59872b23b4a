using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Wandb.Sandbox.Trainer;

/// <summary>An artifact of one file, as log_artifact() leaves it for a later upload: a record that names a copy of the content on this machine.</summary>
/// <param name="Name">Of the collection; the SDK's type is always <c>model</c> here.</param>
/// <param name="EntryPath">The file within the artifact.</param>
/// <param name="LocalPath">Absolute path of the copy.</param>
/// <param name="Size">Bytes.</param>
/// <param name="EntryDigest">MD5 of the content, in base64.</param>
internal sealed record TrainerArtifact(string Name, string EntryPath, string LocalPath, long Size, string EntryDigest)
{
    public const string Type = "model";

    private bool IsTemporary { get; init; }

    /// <summary>MD5 in hex over the manifest's lines; the rule is that of wandb/sdk/artifacts/artifact_manifests/artifact_manifest_v1.py.</summary>
    public string Digest => Convert.ToHexStringLower(Md5($"wandb-artifact-manifest-v1\n{EntryPath}:{EntryDigest}\n"));

    /// <summary>As Artifact.add_file(): a copy below the SDK's data folder, which its user alone can read; it stays when the script has ended.</summary>
    /// <param name="dataFolder">WANDB_DATA_DIR.</param>
    /// <exception cref="IOException">It cannot be written; so for the other one.</exception>
    public static TrainerArtifact Staged(string dataFolder, string name, string entryPath, string content)
    {
        var staged = Write(Directory.CreateDirectory(Path.Combine(dataFolder, "artifacts", "staging")).FullName, name, entryPath, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(staged.LocalPath, UnixFileMode.UserRead);
        return staged;
    }

    /// <summary>As Artifact.new_file(): the content lies below TMPDIR until <see cref="ScriptEnded"/>.</summary>
    public static TrainerArtifact Temporary(string name, string entryPath, string content) =>
        Write(PythonsTemporaryFolder(), name, entryPath, content) with { IsTemporary = true };

    /// <summary>The script has ended, and its temporary folder goes with it.</summary>
    public void ScriptEnded()
    {
        if (IsTemporary)
            Directory.Delete(Path.GetDirectoryName(LocalPath)!, recursive: true);
    }

    /// <summary>As tempfile.mkdtemp(): eight characters behind <c>tmp</c>, for its user alone.</summary>
    private static string PythonsTemporaryFolder()
    {
        var path = Path.Combine(Path.GetTempPath(), "tmp" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path).FullName
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    private static TrainerArtifact Write(string folder, string name, string entryPath, string content)
    {
        var path = Path.Combine(folder, "tmp" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        File.WriteAllText(path, content);
        return new TrainerArtifact(name, entryPath, path, new FileInfo(path).Length, Convert.ToBase64String(Md5(content)));
    }

    [SuppressMessage("Security", "CA5351", Justification = "W&B's digests are MD5.")]
    private static byte[] Md5(string text) => MD5.HashData(Encoding.UTF8.GetBytes(text));
}

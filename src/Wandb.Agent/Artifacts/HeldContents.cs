using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Artifacts;

/// <summary>
/// Content that may go with its trainer, such as that of Artifact.new_file() below TMPDIR: kept open from when its record is read until the artifact
/// is on the server. A file that was removed in between is still read, under the name that the kernel gives to the open one (proc(5), /proc/self/fd).
/// </summary>
/// <param name="temporary">Has what was removed before its record could be read; null: nothing of that is kept.</param>
internal sealed class HeldContents(TemporaryContents? temporary = null) : IDisposable
{
    /// <summary>Of one run; what comes beyond is read when its turn has come.</summary>
    public const int MaxFiles = 64;

    // Copies that the SDK makes for a later upload; nobody but an upload removes them.
    private const string Staging = "/artifacts/staging/";

    private readonly Dictionary<long, Dictionary<string, SafeFileHandle>> _byArtifact = [];
    private int _count;

    /// <param name="artifact">Where its record begins in the run file.</param>
    /// <param name="paths">Absolute ones; others, and what is no regular file or cannot be opened, are left to the upload, which tells why.</param>
    public void Hold(long artifact, IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(path => Path.IsPathRooted(path) && !path.Contains(Staging, StringComparison.Ordinal)))
        {
            if (_count >= MaxFiles)
                return;
            if ((RegularFile.Look(path) == RegularFile.Kind.Regular ? Open(path) : temporary?.Open(path)) is not { } file)
                continue;
            if (!_byArtifact.TryGetValue(artifact, out var files))
                _byArtifact.Add(artifact, files = new Dictionary<string, SafeFileHandle>(StringComparer.Ordinal));
            if (files.TryAdd(path, file))
                _count++;
            else
                file.Dispose();
        }
    }

    /// <returns>Another name of the same content; null: it is not held.</returns>
    public string? PathOf(long artifact, string path) =>
        _byArtifact.TryGetValue(artifact, out var files) && files.TryGetValue(path, out var file) ? PathOf(file) : null;

    public void Release(long artifact)
    {
        if (!_byArtifact.Remove(artifact, out var files))
            return;
        foreach (var file in files.Values)
            file.Dispose();
        _count -= files.Count;
    }

    public void Dispose()
    {
        foreach (var artifact in _byArtifact.Keys.ToList())
            Release(artifact);
    }

    /// <summary>By which an open file is opened again, whatever became of its own name.</summary>
    internal static string PathOf(SafeFileHandle file) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");

    /// <returns>Null: it cannot be opened.</returns>
    internal static SafeFileHandle? Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

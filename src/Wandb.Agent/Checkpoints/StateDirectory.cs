using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Where the agent keeps its own files about a run file: the folder <c>.wandb-agent</c> beside it, or, where that may not be written,
/// a folder of the user's state directory that is named after the run file's place. Nothing else in the run directory is touched.
/// </summary>
/// <param name="runFile">The run file.</param>
/// <param name="fallbackRoot">The user's state directory for this program, such as <c>~/.local/state/wandb-agent</c>.</param>
internal sealed class StateDirectory(string runFile, string fallbackRoot)
{
    public const string FolderName = ".wandb-agent";

    private readonly string _beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(runFile)) ?? "/", FolderName);

    private readonly string _elsewhere = Path.Combine(fallbackRoot, NameOf(Path.GetFullPath(runFile)));

    /// <summary>The places where a file of this name may be, the preferred one first.</summary>
    public IEnumerable<string> Candidates(string name) => [Path.Combine(_beside, name), Path.Combine(_elsewhere, name)];

    /// <summary>What a file of this name holds, in the first place where it can be read and understood; null: nowhere.</summary>
    public T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        foreach (var path in Candidates(name))
        {
            try
            {
                if (JsonSerializer.Deserialize(File.ReadAllBytes(path), type) is { } value)
                    return value;
            }
            catch (Exception exception) when (ReadFailure.Is(exception) || exception is JsonException)
            {
                // The next place.
            }
        }
        return null;
    }

    /// <summary>A folder that exists and takes a file, if it has room for what shall be in it.</summary>
    /// <exception cref="StateDirectoryException">Neither place can be written.</exception>
    public string Writable() => Writables().First();

    /// <summary>Those of the places that take a file, the preferred one first; at least one. The second is looked at when it is asked for.</summary>
    /// <exception cref="StateDirectoryException">Neither place can be written.</exception>
    public IEnumerable<string> Writables()
    {
        var besideFailure = TryCreate(_beside, OneDirectory.Create);
        if (besideFailure is null)
            yield return _beside;
        var failure = TryCreate(_elsewhere, static folder => Directory.CreateDirectory(folder));
        if (failure is null)
            yield return _elsewhere;
        else if (besideFailure is not null)
            throw new StateDirectoryException(
                $"nothing can be written to {_beside} ({ReadFailure.Describe(besideFailure)}) nor to {_elsewhere} ({ReadFailure.Describe(failure)}): "
                    + "make one of them writable, or set XDG_STATE_HOME",
                failure);
    }

    // It took the last write: whether it does so again, that write shows best.
    private bool _isBesideWritable;

    /// <summary>Writes in the first place that takes it: a full disk lets a folder pass, and no content.</summary>
    /// <param name="write">Is given a folder; leaves nothing behind when it fails.</param>
    /// <returns>Where it was written.</returns>
    /// <exception cref="IOException">No place takes it.</exception>
    /// <exception cref="UnauthorizedAccessException">No place may be written.</exception>
    public string Write(Action<string> write)
    {
        Exception? failure = null;
        foreach (var folder in _isBesideWritable ? Known() : Writables())
        {
            try
            {
                write(folder);
                _isBesideWritable = folder == _beside;
                return folder;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failure = exception;
            }
        }
        ExceptionDispatchInfo.Throw(failure ?? throw new UnreachableException());
        throw new UnreachableException();
    }

    private IEnumerable<string> Known()
    {
        yield return _beside;
        foreach (var folder in Writables())
            yield return folder;
    }

    private static Exception? TryCreate(string folder, Action<string> create)
    {
        try
        {
            create(folder);
            // A read-only mount lets an existing folder pass: only writing tells. Others may probe the same folder at the same time.
            var probe = Path.Combine(folder, ".writable");
            using (new FileStream(probe, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.DeleteOnClose))
                return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }

    /// <summary>The name that the folder of this file or directory has among those of others in the state directory.</summary>
    public static string NameOf(string path) =>
        $"{Path.GetFileNameWithoutExtension(path)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16]}";
}

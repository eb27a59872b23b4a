using System.Security.Cryptography;
using System.Text;
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

    /// <summary>A folder that exists and can be written.</summary>
    /// <exception cref="StateDirectoryException">Neither place can be written.</exception>
    public string Writable()
    {
        if (TryCreate(_beside, OneDirectory.Create) is not { } besideFailure)
            return _beside;
        if (TryCreate(_elsewhere, static folder => Directory.CreateDirectory(folder)) is not { } failure)
            return _elsewhere;
        throw new StateDirectoryException(
            $"nothing can be written to {_beside} ({ReadFailure.Describe(besideFailure)}) nor to {_elsewhere} ({ReadFailure.Describe(failure)}): "
                + "make one of them writable, or set XDG_STATE_HOME",
            failure);
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

    private static string NameOf(string path) =>
        $"{Path.GetFileNameWithoutExtension(path)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16]}";
}

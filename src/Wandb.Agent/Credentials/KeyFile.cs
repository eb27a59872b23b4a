using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Credentials;

/// <summary>
/// The API key in a mounted Secret, which may come late and may change: it is read when it is needed first, and again after the server refused it.
/// Safe for concurrent use.
/// </summary>
/// <param name="absent">What is told while there is no such file; null: that it is waited for.</param>
internal sealed class KeyFile(string path, string? absent = null)
{
    // Larger than any key; more text is a mistake such as a data set or /dev/zero.
    private const int MaxBytes = 1 << 16;

    // Guards everything below.
    private readonly Lock _gate = new();
    private ApiKey? _key;
    private string? _problem;
    private bool _isRefused;

    /// <summary>Null while the file gives none.</summary>
    public ApiKey? Key
    {
        get
        {
            lock (_gate)
            {
                if (_key is null || _isRefused)
                    (_key, _problem, _isRefused) = (Read(out var problem), problem, false);
                return _key;
            }
        }
    }

    /// <summary>Another value when the file was written, replaced or has come; null while it is not there.</summary>
    public FileStamp? Version => FileStamp.Of(path);

    /// <summary>One sentence: why the file gives no key; null when it gives one.</summary>
    public string? Problem
    {
        get
        {
            lock (_gate)
                return _problem;
        }
    }

    /// <summary>The server does not take the key.</summary>
    public void Refuse()
    {
        lock (_gate)
            _isRefused = true;
    }

    private ApiKey? Read(out string? problem)
    {
        try
        {
            var file = new FileInfo(path);
            var text = file.Length > MaxBytes ? "too long" : File.ReadAllText(path).Trim();
            problem = text.Length == 0 ? $"the key file {path} is empty"
                : ServerSettings.IsKey(text) ? null
                : $"the key file {path} holds no API key: a key is one word without blanks";
            return problem is null ? new ApiKey(text) : null;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            var isAbsent = exception is FileNotFoundException or DirectoryNotFoundException;
            problem = isAbsent && absent is not null ? absent
                : $"the key file {path} cannot be read: {ReadFailure.Describe(exception)}" + (isAbsent ? "; waiting for it" : "");
            return null;
        }
    }
}

using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Receipts;

/// <summary>
/// Writes the receipt and the <c>.synced</c> marker beside the run file, or, where that may not be written, the receipt into the state directory.
/// </summary>
internal sealed class ReceiptStore(StateDirectory state, string runFile, DurableFile durable)
{
    private const string Suffix = ".receipt.json";

    /// <summary>The marker that the real client knows as well.</summary>
    public string MarkerPath { get; } = runFile + ".synced";

    public bool IsMarked => HasMarker || Load(Elsewhere) is { State: Receipt.SyncedState };

    /// <summary>False for a run that is marked by its receipt alone, because its directory takes no marker.</summary>
    public bool HasMarker => File.Exists(MarkerPath);

    private IEnumerable<string> Elsewhere => state.Candidates(Path.GetFileName(runFile) + Suffix);

    /// <returns>Null when there is none that can be read.</returns>
    public Receipt? Load() => Load(Elsewhere.Prepend(runFile + Suffix));

    /// <summary>Whether the run file begins with all that a receipt proves: one in another folder may be that of a file that stood here before.</summary>
    /// <returns>False also when the file cannot be read: the sync that follows says what is wrong with it.</returns>
    public bool IsOfFile(Receipt receipt)
    {
        try
        {
            return RunFileReader.DigestOf(runFile, receipt.RunFile.LengthBytes) == receipt.RunFile.Sha256;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Writes the receipt first and the marker after it: a marker without a receipt would be a claim without a proof.</summary>
    /// <param name="marked">Whether the run is complete; an unfinished one gets no marker, so that its rest is synced later.</param>
    /// <returns>Where the receipt is, and why something could not be written (null when all was).</returns>
    public (string? Path, string? Problem) Save(Receipt receipt, bool marked)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(receipt, AgentJson.Readable.Receipt);
        string path;
        try
        {
            path = runFile + Suffix;
            durable.Replace(path, content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            try
            {
                var name = Path.GetFileName(runFile) + Suffix;
                return (Path.Combine(state.Write(folder => durable.Replace(Path.Combine(folder, name), content)), name), null);
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                return (null, ReadFailure.Describe(second));
            }
        }
        return (path, marked ? Mark() : null);
    }

    private static Receipt? Load(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                return JsonSerializer.Deserialize(File.ReadAllBytes(path), AgentJson.Default.Receipt);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
            {
                // The next place, or none.
            }
        }
        return null;
    }

    private string? Mark()
    {
        try
        {
            durable.Replace(MarkerPath, "");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReadFailure.Describe(exception);
        }
    }
}

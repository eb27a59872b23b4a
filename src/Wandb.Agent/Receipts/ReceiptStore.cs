using System.Text.Json;
using Wandb.Agent.Checkpoints;

namespace Wandb.Agent.Receipts;

/// <summary>
/// Writes the receipt and the <c>.synced</c> marker beside the run file, or, where that may not be written, the receipt into the state directory.
/// </summary>
internal sealed class ReceiptStore(StateDirectory state, string runFile, DurableFile durable)
{
    private const string Suffix = ".receipt.json";

    /// <summary>The marker that the real client knows as well.</summary>
    public string MarkerPath { get; } = runFile + ".synced";

    public bool IsMarked => File.Exists(MarkerPath);

    /// <returns>Null when there is none that can be read.</returns>
    public Receipt? Load()
    {
        foreach (var path in state.Candidates(Path.GetFileName(runFile) + Suffix).Prepend(runFile + Suffix))
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
                path = Path.Combine(state.Writable(), Path.GetFileName(runFile) + Suffix);
                durable.Replace(path, content);
                return (path, null);
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                return (null, second.Message);
            }
        }
        return (path, marked ? Mark() : null);
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
            return exception.Message;
        }
    }
}

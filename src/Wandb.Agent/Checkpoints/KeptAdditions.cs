using System.Text.Json;
using Wandb.Agent.State;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// What the agent of a pod adds to a run, kept with the run for whoever uploads it later: an agent elsewhere knows neither the pod nor its
/// WandbRun. Used by one loop at a time.
/// </summary>
internal sealed class KeptAdditions(StateDirectory state, string runFile, DurableFile durable)
{
    private readonly string _name = Path.GetFileName(runFile) + ".added.json";

    private byte[]? _kept;
    private AddedToRun? _read;

    /// <param name="known">What this agent adds; without anything, what another one has kept holds, if one has.</param>
    public AddedToRun With(AddedToRun known)
    {
        if (known.IsEmpty)
            return _read ??= Read();
        Keep(known);
        return known;
    }

    /// <summary>What an agent has kept. What is damaged is left out: it must not keep the run from the server.</summary>
    public AddedToRun Read() =>
        state.Read(_name, KeptAdditionsJson.Default.AddedToRun) is { } added && IsSound(added) ? added : AddedToRun.None;

    private static bool IsSound(AddedToRun added) =>
        added.Config.All(entry => entry is { Key: not null, Value: not null } && IsJson(entry.Value)) && added.Tags.All(tag => tag is { Length: > 0 and <= 64 });

    private static bool IsJson(string text)
    {
        try
        {
            JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Keep(AddedToRun added)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(added, KeptAdditionsJson.Default.AddedToRun);
        if (_kept?.AsSpan().SequenceEqual(json) == true)
            return;
        _kept = json;
        try
        {
            // Once for each run, and again when the attempt is known: an earlier agent of the pod may have written the same.
            state.Write(folder =>
            {
                var path = Path.Combine(folder, _name);
                if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(json))
                    durable.Replace(path, json, flush: false);
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The checkpoint, which goes to the same places, tells that. This agent adds it all the same.
        }
    }
}

using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;

namespace Wandb.Agent;

/// <summary>The trainers that the server knows of a run, seen from run files of it: one that wrote none of them wrote a part that is not among them.</summary>
/// <param name="heads">The files, in the order of their start.</param>
/// <param name="config">The run's config as the server gives it; null: it knows nobody.</param>
internal sealed class RunTrainers(IReadOnlyList<RunHead> heads, string? config)
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _known = ServerConfig.WritersIn(config);

    /// <returns>Whether the server knows the trainer of a file; null when the file names none.</returns>
    public bool? Knows(RunHead head) => head.WriterId is { } writer ? ServerConfig.Contain(_known, writer) : null;

    /// <summary>Who wrote none of the files. Nobody, where one of them does not name its own: it may be that one.</summary>
    public OtherParts Others
    {
        get
        {
            if (heads.Any(head => head.WriterId is null))
                return default;
            var others = heads.Aggregate(_known, (rest, head) => ServerConfig.Except(rest, head.WriterId!));
            return new OtherParts(others.Count > 0, RecordTime.ToTime(heads[0].Run?.StartTime) is { } start && LinesBehind.HasEarlier(others, start));
        }
    }
}

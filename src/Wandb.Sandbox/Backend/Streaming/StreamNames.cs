namespace Wandb.Sandbox.Backend.Streaming;

/// <summary>Names of the files of the stream that the server gives a meaning to.</summary>
internal static class StreamNames
{
    public const string History = "wandb-history.jsonl";
    public const string Events = "wandb-events.jsonl";
    public const string Summary = "wandb-summary.json";
    public const string Console = "output.log";
}

namespace Wandb.Agent.Streaming;

/// <summary>The files of the file stream and the limits of its requests.</summary>
internal static class StreamFiles
{
    public const string History = "wandb-history.jsonl";
    public const string Events = "wandb-events.jsonl";
    public const string Summary = "wandb-summary.json";
    public const string Console = "output.log";

    /// <summary>
    /// The longest line that the server takes, before it is escaped for the body: 10 MiB less 100 KiB
    /// (wandb/wandb core/internal/filestream, the same limit in the real client, which drops such a row).
    /// </summary>
    public const int MaxLineBytes = 10 * 1024 * 1024 - 100 * 1024;

    /// <summary>
    /// When a body is sent. The server takes 10 MiB, but the size of bodies is what decides the agent's memory, and from 1 MiB on
    /// larger ones save no time.
    /// </summary>
    public const int BodyBytes = 1024 * 1024;

    /// <summary>
    /// How large a body may become while the pace of requests makes a backlog wait: twice a second is what the server takes of a run, so that
    /// the size decides how fast it drains. Below the 10 MiB of the real client.
    /// </summary>
    public const int LargeBodyBytes = 8 * BodyBytes;

    /// <summary>Bodies do not become smaller than this for a server that finds them too large.</summary>
    public const int LeastBodyBytes = 16 * 1024;

    /// <summary>A request that carries nothing: the run lives.</summary>
    public static ReadOnlyMemory<byte> EmptyBody { get; } = "{}"u8.ToArray();
}

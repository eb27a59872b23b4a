namespace Wandb.Agent.Streaming;

/// <summary>
/// How far a body is that the server takes only in parts. They are sent in the order of the body, so that all lines before this point are decided
/// (on the server, or set aside), and none behind it.
/// </summary>
/// <param name="File">The stream file whose turn it is.</param>
/// <param name="Next">Server number that the next line of it has.</param>
internal readonly record struct BodyProgress(string File, long Next);

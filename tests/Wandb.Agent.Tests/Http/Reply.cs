using System.Text;

namespace Wandb.Agent.Tests.Http;

/// <summary>What the scripted server answers.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    internal Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The connection is closed without an answer.</summary>
    internal bool CutBefore { get; init; }

    /// <summary>Half of the body is sent, then the connection is closed.</summary>
    internal bool CutMidBody { get; init; }

    /// <summary>The answer waits for this.</summary>
    internal Task? WaitFor { get; init; }

    internal Reply With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }

    internal static Reply Json(string json, int status = 200) => new(status, Encoding.UTF8.GetBytes(json));

    internal static Reply Empty(int status = 200) => new(status, []);
}

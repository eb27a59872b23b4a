namespace Wandb.Sandbox.Backend.Http;

/// <summary>What a request is about, as far as its path tells.</summary>
internal abstract record RequestTarget
{
    private RequestTarget()
    {
    }

    /// <summary>The word that fault rules and counters use.</summary>
    public string Kind => this switch
    {
        GraphQL => "graphql",
        FileStream => "filestream",
        Upload => "put",
        ClientTelemetry => "telemetry",
        Unknown => "other",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public sealed record GraphQL : RequestTarget;

    public sealed record FileStream(string Entity, string Project, string Run) : RequestTarget;

    /// <param name="Token">What stands for the target of the upload.</param>
    public sealed record Upload(string Token) : RequestTarget;

    /// <summary>What an online SDK tells about itself, by OTLP; nothing of any run.</summary>
    public sealed record ClientTelemetry : RequestTarget;

    public sealed record Unknown : RequestTarget;

    /// <param name="path">Escaped path of the request.</param>
    public static RequestTarget Of(string path)
    {
        var parts = path.Split('/').Select(Uri.UnescapeDataString).ToArray();
        return parts switch
        {
            [.., "graphql"] => new GraphQL(),
            ["", "files", var entity, var project, var run, "file_stream"] => new FileStream(entity, project, run),
            ["", "sdk", "otel", "v1", _] => new ClientTelemetry(),
            ["", "storage", _, var token] => new Upload(token),
            _ => new Unknown(),
        };
    }
}

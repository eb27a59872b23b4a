using Wandb.Agent.Http;

namespace Wandb.Agent.Tests.Http;

/// <summary>Clients whose waits last milliseconds.</summary>
internal static class TestHttp
{
    internal const string Key = "0123456789abcdef0123456789abcdef01234567";

    internal static WandbHttpOptions Fast { get; } = new()
    {
        Retry = new RetryOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2), FileStreamTries = 5, GraphQLTries = 4, FilePutTries = 3 },
        NextJitter = () => 0,
        Version = "1.2.3",
    };

    internal static WandbHttp To(ScriptedServer server, RecordedWaits? waits = null, WandbHttpOptions? options = null, TimeProvider? time = null) =>
        new(new WandbServer(server.Url, new ApiKey(Key)), options ?? Fast, time ?? TimeProvider.System, waits ?? new RecordedWaits());
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Runs;
using Wandb.Operator.Tests.Watching;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Runs;

public sealed class JobLookupsTests
{
    private static readonly NamespacedName Pod = new("ns", "train-0");

    private readonly ConcurrentQueue<string> _asked = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whoever makes a pod writes its owner references, and of their names the API server demands only that there is one.</summary>
    [Theory]
    [InlineData("../jobs?watch=true")]
    [InlineData("../../../../../api/v1/namespaces/kube-system/secrets/x")]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData("x?watch=true")]
    [InlineData("Train")]
    public async Task Text_that_is_no_name_of_a_Job_is_one_that_is_gone_and_nobody_is_asked(string name)
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        using var api = server.Api(_time);

        Assert.Null(await new JobLookups(api, _time).FindAsync(Pod, Job(name, "u1"), Token));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Job_is_asked_for_once_and_again_when_the_answer_is_old()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        using var api = server.Api(_time);
        var lookups = new JobLookups(api, _time);

        var first = await lookups.FindAsync(Pod, Job("train", "u1"), Token);
        await lookups.FindAsync(Pod with { Name = "train-1" }, Job("train", "u1"), Token);
        _time.Advance(JobLookups.Freshness);
        await lookups.FindAsync(Pod, Job("train", "u1"), Token);

        Assert.Equal("u1", first!.Uid);
        Assert.Equal(Enumerable.Repeat("/apis/batch/v1/namespaces/ns/jobs/train", 2), _asked);
    }

    [Fact]
    public async Task Pod_that_names_the_UID_of_a_Job_and_another_name_does_not_make_the_Job_go()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        using var api = server.Api(_time);
        var lookups = new JobLookups(api, _time);

        Assert.Null(await lookups.FindAsync(Pod, Job("nobody", "u1"), Token));
        Assert.Null(await lookups.FindAsync(Pod with { Namespace = "other" }, Job("train", "u1"), Token));

        Assert.NotNull(await lookups.FindAsync(Pod, Job("train", "u1"), Token));
    }

    [Fact]
    public async Task Server_that_does_not_answer_holds_a_reconciliation_up_for_seconds()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var api = server.Api(_time);

        var found = new JobLookups(api, _time).FindAsync(Pod, Job("train", "u1"), Token).AsTask();
        await asked.Task.WaitAsync(Token);
        _time.Advance(JobLookups.Limit);

        var problem = await Assert.ThrowsAsync<ApiException>(() => found.WaitAsync(TimeSpan.FromSeconds(30), Token));
        Assert.Equal("cannot read Job train in namespace ns: no answer within 10 s", problem.Message);
    }

    private static ControllerReference Job(string name, string uid) => new("batch/v1", "Job", name, uid);

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.GetEncodedPathAndQuery();
        _asked.Enqueue(path);
        return path == "/apis/batch/v1/namespaces/ns/jobs/train"
            ? ScriptedServer.AnswerAsync(context, 200, """{"metadata":{"name":"train","namespace":"ns","uid":"u1"},"spec":{"template":{}}}""")
            : ScriptedServer.AnswerAsync(context, 404, ScriptedServer.Status(HttpStatusCode.NotFound, "NotFound"));
    }
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Admission;
using Wandb.Operator.Certificates;
using Wandb.Operator.Serving;
using Wandb.Operator.Tests.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Certificates;

/// <summary>Two replicas, one Secret, one webhook configuration, and clients that trust what they once read from it.</summary>
public sealed class RotationTests
{
    private static readonly CertificateTimes Quick = new()
    {
        Authority = TimeSpan.FromDays(10),
        AuthorityOverlap = TimeSpan.FromDays(5),
        Serving = TimeSpan.FromDays(2),
        ServingOverlap = TimeSpan.FromDays(1),
        Spread = TimeSpan.FromMinutes(10),
    };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Admissions_go_on_through_rotations_also_for_those_who_trust_a_bundle_of_days_ago()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var replicas = new[] { await StartAsync(cluster, "a"), await StartAsync(cluster, "b") };
        foreach (var replica in replicas)
            await OperatorCluster.UntilReadyAsync(replica);
        var bundles = new ConcurrentQueue<string>([await cluster.BundleAsync()]);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var rounds = new int[replicas.Length];
        var loads = replicas.Select((replica, i) => LoadAsync(OperatorCluster.EndPointOf(replica), bundles, () => Interlocked.Increment(ref rounds[i]), end.Token)).ToList();

        var authorities = new HashSet<string>(StringComparer.Ordinal);
        for (var hours = 0; hours < 16 * 24; hours += 6)
        {
            _time.Advance(TimeSpan.FromHours(6));
            await SettleAsync(cluster, replicas);
            authorities.Add((await cluster.CertificatesAsync())!.Authority.Pem);
            // The youngest is of now, the oldest of a day ago: an authority lives twice as long as it signs.
            bundles.Enqueue(await cluster.BundleAsync());
            if (bundles.Count > 4)
                bundles.TryDequeue(out _);
            var before = rounds.ToArray();
            await OperatorCluster.UntilAsync(
                () => Task.FromResult(loads.Any(load => load.IsCompleted) || rounds.Zip(before).All(pair => pair.First > pair.Second)), "asked with every bundle");
        }
        await end.CancelAsync();
        await Task.WhenAll(loads);

        Assert.True(authorities.Count >= 4, $"only {authorities.Count} authorities");
    }

    [Fact]
    public async Task Deleted_Secret_comes_back_and_brings_another_authority_without_a_break()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var replica = await StartAsync(cluster, "a");
        await OperatorCluster.UntilReadyAsync(replica);
        var before = (await cluster.CertificatesAsync())!;

        await cluster.Api.SendAsync(new ApiRequest(HttpMethod.Delete, OperatorCluster.SecretPath), Token);
        await OperatorCluster.UntilAsync(async () => (await cluster.CertificatesAsync())?.NextPublishedAt is not null, "published");
        var between = (await cluster.CertificatesAsync())!;
        await AskAsync(OperatorCluster.EndPointOf(replica), before.Bundle);
        _time.Advance(Quick.Spread);
        await OperatorCluster.UntilAsync(
            async () =>
            {
                if ((await cluster.CertificatesAsync())!.Authority.Pem != before.Authority.Pem)
                    return true;
                // It may have begun its wait after the clock was moved.
                _time.Advance(Quick.Spread / 20);
                return false;
            },
            "promoted");

        Assert.Equal(before.Authority.Pem, between.Authority.Pem);
        Assert.Equal(between.NextAuthority!.Pem, (await cluster.CertificatesAsync())!.Authority.Pem);
        await AskAsync(OperatorCluster.EndPointOf(replica), between.Bundle);
    }

    [Fact]
    public async Task Bundle_that_somebody_changes_is_put_right()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var replica = await StartAsync(cluster, "a");
        await OperatorCluster.UntilReadyAsync(replica);
        var right = await cluster.BundleAsync();

        var broken = await cluster.Api.SendAsync(
            new ApiRequest(HttpMethod.Patch, OperatorCluster.WebhooksPath)
            {
                ContentType = "application/json-patch+json",
                Body = """[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"},{"op":"replace","path":"/webhooks/1/clientConfig/caBundle","value":"Cg=="}]"""u8.ToArray(),
            },
            Token);
        Assert.IsType<ApiOutcome.Done>(broken);

        await OperatorCluster.UntilAsync(
            async () => WebhookBundle.Patch((await cluster.FindAsync(OperatorCluster.WebhooksPath))!.Value, right) is null, "right again");
    }

    [Fact]
    public async Task Replicas_that_start_at_one_moment_share_one_authority()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => StartAsync(cluster, $"r{i}")));
        foreach (var replica in replicas)
            await OperatorCluster.UntilReadyAsync(replica);

        var bundle = await cluster.BundleAsync();

        Assert.Single(bundle.Split("BEGIN CERTIFICATE").Skip(1));
        foreach (var replica in replicas)
            await AskAsync(OperatorCluster.EndPointOf(replica), bundle);
    }

    [Fact]
    public async Task Without_webhooks_there_is_a_certificate_all_the_same()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        await cluster.Api.SendAsync(new ApiRequest(HttpMethod.Delete, OperatorCluster.WebhooksPath), Token);

        var replica = await StartAsync(cluster, "a");
        await OperatorCluster.UntilReadyAsync(replica);

        await AskAsync(OperatorCluster.EndPointOf(replica), (await cluster.CertificatesAsync())!.Bundle);
    }

    [Fact]
    public async Task Writes_that_are_refused_for_a_while_are_tried_again()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        cluster.Cluster.Faults.RefuseWrites(TimeSpan.FromHours(1));
        var replica = await StartAsync(cluster, "a");
        await replica.Services.GetRequiredService<ServingCertificate>().WhenThereAsync(Token);
        var bundle = replica.Services.GetServices<IReadiness>().Single(one => one.Name == "caBundle");
        await OperatorCluster.UntilAsync(() => Task.FromResult(bundle.Reason!.Contains("409", StringComparison.Ordinal)), "refused");
        Assert.False(bundle.IsReady);

        cluster.Cluster.Faults.RefuseWrites(TimeSpan.Zero);

        await OperatorCluster.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(replica.Services.GetRequiredService<HealthEndpoints>().IsReady);
            },
            "ready");
    }

    /// <summary>As while <c>--report-url</c> is changed.</summary>
    [Fact]
    public async Task Replicas_with_different_names_do_not_renew_against_each_other()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var replicas = new[] { await StartAsync(cluster, "a", "https://old.example/reports"), await StartAsync(cluster, "b", "https://new.example/reports") };
        foreach (var replica in replicas)
            await OperatorCluster.UntilReadyAsync(replica);

        await OperatorCluster.UntilAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return (await cluster.CertificatesAsync())!.Serving.Names.Intersect(["old.example", "new.example"]).Count() == 2;
            },
            "good for both");
        var before = Updates(cluster);
        for (var touch = 0; touch < 3; touch++)
            await TouchAsync(cluster);

        Assert.InRange(before, 1, 2);
        Assert.Equal(before, Updates(cluster));
    }

    [Fact]
    public async Task Certificate_that_somebody_else_writes_again_and_again_is_renewed_once_a_minute()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var replica = await StartAsync(cluster, "a");
        await OperatorCluster.UntilReadyAsync(replica);
        var state = (await cluster.CertificatesAsync())!;
        var theirs = state with { Serving = CertificateMaker.Serving(state.Authority, ["other.example"], _time.GetUtcNow(), Quick) };
        var ours = OperatorCluster.Options("a").ServiceHost;

        await WriteAsync(cluster, theirs);
        await OperatorCluster.UntilAsync(async () => (await cluster.CertificatesAsync())!.Serving.Names.Contains(ours), "renewed");
        await WriteAsync(cluster, theirs);
        for (var touch = 0; touch < 3; touch++)
            await TouchAsync(cluster);
        Assert.Equal(["other.example"], (await cluster.CertificatesAsync())!.Serving.Names);
        _time.Advance(CertificateKeeper.RenewalPause);

        await OperatorCluster.UntilAsync(
            async () =>
            {
                // It may have begun its wait after the clock was moved.
                _time.Advance(TimeSpan.FromSeconds(1));
                return (await cluster.CertificatesAsync())!.Serving.Names.Contains(ours);
            },
            "renewed again");
    }

    private Task<OperatorServer> StartAsync(OperatorCluster cluster, string name, string? reportUrl = null) =>
        cluster.StartReplicaAsync(OperatorCluster.Options(name) with { ReportUrl = reportUrl }, _time, services: services => services.AddSingleton(Quick));

    private static int Updates(OperatorCluster cluster) => cluster.OperatorRequests.Count(request => request is { Resource: "secrets", Verb: "update" });

    private static async Task WriteAsync(OperatorCluster cluster, CertificateState state)
    {
        var secret = CertificateSecret.Write(OperatorCluster.Namespace, "wandb-operator-certificate", state, await cluster.FindAsync(OperatorCluster.SecretPath));
        Assert.IsType<ApiOutcome.Done>(await cluster.Api.PutAsync(OperatorCluster.SecretPath, secret, Token));
    }

    /// <summary>Changes the Secret in a way that matters to nobody, and waits until a replica has looked at it.</summary>
    private static async Task TouchAsync(OperatorCluster cluster)
    {
        var looks = Looks();
        var touched = await cluster.Api.SendAsync(
            new ApiRequest(HttpMethod.Patch, OperatorCluster.SecretPath)
            {
                ContentType = "application/merge-patch+json",
                Body = Encoding.UTF8.GetBytes($$$$"""{"metadata":{"annotations":{"touched":"{{{{looks}}}}"}}}"""),
            },
            Token);
        Assert.IsType<ApiOutcome.Done>(touched);
        await OperatorCluster.UntilAsync(() => Task.FromResult(Looks() > looks), "looked at");

        int Looks() => cluster.OperatorRequests.Count(request => request is { Resource: "secrets", Verb: "get" });
    }

    /// <summary>Until nothing is to be done at this moment and all replicas serve what the Secret has.</summary>
    private async Task SettleAsync(OperatorCluster cluster, IReadOnlyCollection<OperatorServer> replicas) =>
        await OperatorCluster.UntilAsync(
            async () =>
            {
                var state = await cluster.CertificatesAsync();
                var isTrusted = state is not null && WebhookBundle.Patch((await cluster.FindAsync(OperatorCluster.WebhooksPath))!.Value, state.Bundle) is null;
                if (isTrusted && CertificatePlan.For(state, OperatorCluster.Options("a").CertificateNames, isTrusted, _time.GetUtcNow(), Quick) is CertificatePlan.Keep
                    && replicas.All(replica => replica.Services.GetRequiredService<ServingCertificate>().Bundle == state!.Bundle))
                    return true;
                // Retries wait by this clock.
                _time.Advance(TimeSpan.FromSeconds(1));
                return false;
            },
            "settled");

    /// <summary>Every admission is answered, or this fails.</summary>
    private async Task LoadAsync(System.Net.IPEndPoint target, ConcurrentQueue<string> bundles, Action done, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var bundle in bundles)
                await AskAsync(target, bundle);
            done();
        }
    }

    private async Task AskAsync(System.Net.IPEndPoint target, string bundle)
    {
        const string review = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","operation":"CREATE","namespace":"default",
             "object":{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}}}}
            """;
        using var client = OperatorCluster.ClientOf(target, bundle, _time.GetUtcNow());
        using var content = new StringContent(review, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(AdmissionEndpoint.PodPath, UriKind.Relative), content, Token);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.True((bool)answer["response"]!["allowed"]!);
    }
}

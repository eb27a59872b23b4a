using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Certificates;
using Wandb.Operator.Serving;
using Wandb.Operator.Tests.Serving;

namespace Wandb.Operator.Tests.Certificates;

/// <summary>A directory as the kubelet mounts a Secret: files behind a link that is swapped.</summary>
public sealed class CertificateDirectoryTests : IAsyncLifetime
{
    private static readonly string[] Names = ["wandb-operator.wandb-operator.svc"];
    private static readonly CertificateTimes Times = new();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wandb-operator-certificates-");
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private OperatorCluster? _cluster;
    private int _version;

    private OperatorCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await OperatorCluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Files_are_served_and_the_webhooks_are_left_to_whoever_made_them()
    {
        var state = Mount();
        var server = await StartAsync();

        await AskAsync(server, state.Bundle);

        Assert.Equal("", await Cluster.BundleAsync());
        Assert.Null(await Cluster.CertificatesAsync());
        Assert.Equal(state.Bundle, server.Services.GetRequiredService<ServingCertificate>().Bundle);
        Assert.DoesNotContain(Cluster.OperatorRequests, request => request.Resource is "secrets" or "mutatingwebhookconfigurations");
    }

    [Fact]
    public async Task Changed_files_are_served_without_a_restart()
    {
        Mount();
        var server = await StartAsync();

        var next = Mount();
        await UntilServedAsync(server, next);

        await AskAsync(server, next.Bundle);
    }

    [Fact]
    public async Task Bundle_is_written_when_that_is_asked_for()
    {
        var state = Mount();
        await StartAsync(options => options.WriteCaBundle = true);
        Assert.Equal(state.Bundle, await Cluster.BundleAsync());

        var next = Mount();

        await OperatorCluster.UntilAsync(
            async () =>
            {
                _time.Advance(CertificateDirectoryKeeper.LookAgain);
                return await Cluster.BundleAsync() == next.Bundle;
            },
            "written");
    }

    [Theory]
    [InlineData("tls.key", null)]
    [InlineData("tls.crt", "garbage")]
    [InlineData("tls.key", "garbage")]
    [InlineData("ca.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task What_is_served_stays_while_the_files_cannot_be_used(string file, string? content)
    {
        var state = Mount();
        var server = await StartAsync();

        Mount((file, content));
        for (var i = 0; i < 3; i++)
            _time.Advance(CertificateDirectoryKeeper.LookAgain);
        await AskAsync(server, state.Bundle);
        var next = Mount();
        await UntilServedAsync(server, next);

        await AskAsync(server, next.Bundle);
    }

    /// <summary>cert-manager writes an empty one where the issuer has none to give, as with ACME. A list of trusted roots without any would trust nobody.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n")]
    public async Task Authority_without_a_certificate_counts_as_absent_and_is_told(string content)
    {
        var state = Mount(("ca.crt", content));
        var server = await StartAsync();

        await AskAsync(server, state.Bundle);

        Assert.Null(server.Services.GetRequiredService<ServingCertificate>().Bundle);
        var (files, problem) = CertificateFiles.Read(_directory.FullName);
        Assert.Null(files!.Authorities);
        Assert.Equal("ca.crt holds no certificate", problem);
    }

    [Fact]
    public async Task Directory_that_is_filled_later_makes_it_ready_later()
    {
        var options = Options();
        var server = await Cluster.StartReplicaAsync(options, _time);
        Assert.False(server.Services.GetRequiredService<HealthEndpoints>().IsReady);

        await UntilServedAsync(server, Mount());

        await OperatorCluster.UntilReadyAsync(server);
    }

    [Fact]
    public async Task Chain_is_sent_beside_the_certificate()
    {
        var first = CertificateChange.Of(new CertificatePlan.Issue(""), null, Names, _time.GetUtcNow(), Times);
        var rotated = CertificateChange.Of(new CertificatePlan.Rotate(""), first, Names, _time.GetUtcNow(), Times);
        var promoted = CertificateChange.Of(new CertificatePlan.Promote(""), rotated, Names, _time.GetUtcNow(), Times);
        Mount(("tls.crt", promoted.Serving.Pem + "\n" + promoted.CrossPem), ("tls.key", promoted.Serving.KeyPem), ("ca.crt", first.Bundle));
        var server = await StartAsync();

        await AskAsync(server, first.Bundle);
    }

    private static OperatorOptions Options(DirectoryInfo directory)
    {
        var options = OperatorCluster.Options("a");
        options.CertificateDirectory = directory.FullName;
        return options;
    }

    private OperatorOptions Options() => Options(_directory);

    private async Task<OperatorServer> StartAsync(Action<OperatorOptions>? configure = null)
    {
        var options = Options();
        configure?.Invoke(options);
        var server = await Cluster.StartReplicaAsync(options, _time);
        await OperatorCluster.UntilReadyAsync(server);
        return server;
    }

    private Task UntilServedAsync(OperatorServer server, CertificateState state) => OperatorCluster.UntilAsync(
        () =>
        {
            _time.Advance(CertificateDirectoryKeeper.LookAgain);
            return Task.FromResult(server.Services.GetRequiredService<ServingCertificate>().Bundle == state.Bundle);
        },
        "served");

    /// <param name="changes">Files with other content; null: missing.</param>
    private CertificateState Mount(params (string File, string? Content)[] changes)
    {
        var state = CertificateChange.Of(new CertificatePlan.Issue(""), null, Names, _time.GetUtcNow(), Times);
        var files = new Dictionary<string, string?> { ["tls.crt"] = state.Serving.Pem, ["tls.key"] = state.Serving.KeyPem, ["ca.crt"] = state.Bundle };
        foreach (var (file, content) in changes)
            files[file] = content;
        var data = _directory.CreateSubdirectory($"..{++_version}");
        foreach (var (file, content) in files)
        {
            if (content is not null)
                File.WriteAllText(Path.Combine(data.FullName, file), content);
        }
        // Nearly as the kubelet does it, who renames the new link over the old one: here a reader may find nothing for a moment.
        var link = Path.Combine(_directory.FullName, "..data");
        File.Delete(link);
        Directory.CreateSymbolicLink(link, data.Name);
        foreach (var file in files.Keys.Where(file => !File.Exists(Path.Combine(_directory.FullName, file)) && new FileInfo(Path.Combine(_directory.FullName, file)).LinkTarget is null))
            File.CreateSymbolicLink(Path.Combine(_directory.FullName, file), Path.Combine("..data", file));
        return state;
    }

    private static async Task AskAsync(OperatorServer server, string bundle)
    {
        using var client = OperatorCluster.ClientOf(OperatorCluster.EndPointOf(server), bundle);
        using var response = await client.PostAsync(new Uri("/admission/pods", UriKind.Relative), new StringContent("{}"), OperatorCluster.Token);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
    }
}

using Wandb.Operator.Commands;
using Wandb.Operator.Tests.Serving;

namespace Wandb.Operator.Tests.Commands;

public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wandb-operator-serve-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task It_serves_until_it_is_told_to_end_and_ends_with_0()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var (output, error) = (new Lines(), new Lines());
        var running = OperatorCommandLine.InvokeAsync(
            [
                "serve", "--kubeconfig", await FileAsync("kubeconfig", cluster.Cluster.Kubeconfig), "--namespace", OperatorCluster.Namespace, "--listen", "127.0.0.1",
                "--health-port", "0", "--drain-seconds", "0", "--log-format", "json", "--defaults", await FileAsync("defaults.yaml", "entity: team\n"),
            ],
            new Dictionary<string, string?> { ["WANDB_OPERATOR_HTTPS_PORT"] = "0", ["WANDB_OPERATOR_HTTP_PORT"] = "1" },
            TextReader.Null, output, error, stop.Token);
        await OperatorCluster.UntilAsync(() => Task.FromResult(running.IsCompleted || output.Text.Split('\n').Length > 2), "listening");

        const string listening = "Listening on ";
        var health = output.Text.Split('\n').Single(line => line.StartsWith(listening + "http:", StringComparison.Ordinal))[listening.Length..];
        Assert.Matches(@"(?m)^Listening on https://127\.0\.0\.1:\d+$", output.Text);
        using (var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(health) })
            await OperatorCluster.UntilAsync(async () => (await client.GetAsync(new Uri("/readyz", UriKind.Relative), Token)).IsSuccessStatusCode, "ready");
        await stop.CancelAsync();

        Assert.Equal(0, await running);
        Assert.Contains("there is no setting WANDB_OPERATOR_HTTP_PORT; it is ignored", error.Text, StringComparison.Ordinal);
        Assert.NotEmpty((await cluster.CertificatesAsync())!.Bundle);
    }

    [Theory]
    [InlineData("https-port '8443x' is no whole number", "--https-port", "8443x")]
    [InlineData("https-port 70000 is not within 0 to 65535", "--https-port", "70000")]
    [InlineData("health-port 9 is the same as https-port; they must differ", "--https-port", "9", "--health-port", "9")]
    [InlineData("listen 'here' is no IP address and not *", "--listen", "here")]
    [InlineData("namespace 'Team_A' is no name of at most 63 small letters, digits and -", "--namespace", "Team_A")]
    [InlineData("watch-namespace '*' is no name of at most 63 small letters, digits and -", "--watch-namespace", "a", "--watch-namespace", "*")]
    [InlineData("report-url 'http://x' is no address that begins with https://", "--report-url", "http://x")]
    [InlineData("agent-image '' is no name of an image", "--agent-image", "")]
    [InlineData("pod-ip 'me' is no IP address", "--pod-ip", "me")]
    [InlineData("lease-renew-deadline-seconds 15 must be at least 1 and less than lease-duration-seconds 15", "--lease-renew-deadline-seconds", "15")]
    [InlineData("lease-retry-seconds 10 must be at least 1 and less than lease-renew-deadline-seconds 10", "--lease-retry-seconds", "10")]
    [InlineData("drain-seconds 6 is not within 0 to 5", "--drain-seconds", "6")]
    [InlineData("leader-election 'yes' is neither true nor false", "--leader-election", "yes")]
    [InlineData("log-level 'loud' is none of debug, info, warning, error", "--log-level", "loud")]
    [InlineData("log-format 'xml' is none of text, json", "--log-format", "xml")]
    [InlineData("certificate-directory '/no/such' is not there", "--certificate-directory", "/no/such")]
    [InlineData("lease-name is given 2 times", "--lease-name", "a", "--lease-name", "b")]
    [InlineData("kubeconfig /no/such", "--kubeconfig", "/no/such")]
    [InlineData("defaults /no/such", "--defaults", "/no/such")]
    public async Task Wrong_setting_is_told_with_its_value_and_the_limit(string told, params string[] flags)
    {
        var (status, error) = await RunAsync(flags, []);

        Assert.Equal(1, status);
        Assert.Contains($"wandb-operator serve: {told}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var (_, error) = await RunAsync(["--https-port", "x", "--log-level", "y"], new() { ["WANDB_OPERATOR_DRAIN_SECONDS"] = "z" });

        foreach (var told in new[] { "https-port 'x'", "log-level 'y'", "drain-seconds 'z'" })
            Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("entitty: x\n", ": entitty is no field of its kind")]
    [InlineData("mode: sometimes\n", ": mode is \"sometimes\", which its kind does not take there")]
    [InlineData("a: [\n", "line 2")]
    [InlineData("a: 1\n---\nb: 2\n", "more than one document")]
    [InlineData("just a text\n", "defaults")]
    public async Task Mistake_in_the_defaults_is_told_with_its_place(string text, string told)
    {
        var (status, error) = await RunAsync(["--defaults", await FileAsync("defaults.yaml", text)], []);

        Assert.Equal(1, status);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Flag_goes_before_its_variable_and_an_empty_variable_says_nothing()
    {
        var environment = new Dictionary<string, string?>
        {
            ["WANDB_OPERATOR_HTTPS_PORT"] = "1",
            ["WANDB_OPERATOR_HEALTH_PORT"] = "2",
            ["WANDB_OPERATOR_SERVICE"] = "",
            ["WANDB_OPERATOR_WATCH_NAMESPACE"] = "a, b,",
        };

        var options = ServeSettings.Read(setting => setting.Name == "https-port" ? ["3"] : [], environment, out var problems);

        Assert.Empty(problems);
        Assert.Equal((3, 2, "wandb-operator"), (options.HttpsPort, options.HealthPort, options.Service));
        Assert.Equal(["a", "b"], options.WatchNamespaces);
    }

    [Fact]
    public void Variables_that_the_kubelet_sets_for_a_Service_are_no_settings()
    {
        var environment = "WANDB_OPERATOR_SERVICE_HOST WANDB_OPERATOR_PORT WANDB_OPERATOR_PORT_8443_TCP_ADDR WANDB_OPERATOR_SERVICE_PORT_HTTPS WANDB_OPERATOR_HTTP PATH"
            .Split(' ').ToDictionary(name => name, _ => (string?)"x");

        Assert.Equal(["WANDB_OPERATOR_HTTP"], ServeSettings.Unknown(environment));
    }

    [Fact]
    public void Certificate_is_for_the_Service_and_for_the_address_that_agents_are_told()
    {
        Assert.Equal(["s.n.svc"], new OperatorOptions { Service = "s", Namespace = "n" }.CertificateNames);
        Assert.Equal("https://s.n.svc:9/v1/reports", new OperatorOptions { Service = "s", Namespace = "n", ServicePort = 9 }.EffectiveReportUrl);
        Assert.Equal(["s.n.svc", "10.0.0.1"], new OperatorOptions { Service = "s", Namespace = "n", ReportUrl = "https://10.0.0.1:5/v1/reports" }.CertificateNames);
        Assert.Equal(["s.n.svc", "::1"], new OperatorOptions { Service = "s", Namespace = "n", ReportUrl = "https://[::1]/v1/reports" }.CertificateNames);
    }

    private static async Task<(int Status, string Error)> RunAsync(string[] flags, Dictionary<string, string?> environment)
    {
        var error = new Lines();
        var status = await OperatorCommandLine.InvokeAsync(["serve", .. flags], environment, TextReader.Null, TextWriter.Null, error, Token);
        return (status, error.Text);
    }

    private async Task<string> FileAsync(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        await File.WriteAllTextAsync(path, text, Token);
        return path;
    }

    /// <summary>May be read while it is written.</summary>
    private sealed class Lines : StringWriter
    {
        private readonly Lock _gate = new();

        public string Text
        {
            get
            {
                lock (_gate)
                    return ToString();
            }
        }

        public override void Write(char value)
        {
            lock (_gate)
                base.Write(value);
        }

        public override void Write(string? value)
        {
            lock (_gate)
                base.Write(value);
        }

        public override Task WriteLineAsync(string? value)
        {
            lock (_gate)
                WriteLine(value);
            return Task.CompletedTask;
        }
    }
}

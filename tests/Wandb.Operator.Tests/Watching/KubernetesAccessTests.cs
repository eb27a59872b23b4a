using k8s.Exceptions;
using Wandb.Operator.Watching;
using Wandb.Sandbox.Cluster;

namespace Wandb.Operator.Tests.Watching;

public sealed class KubernetesAccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kubeconfig_leads_to_its_server_with_its_token_and_its_authority()
    {
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions(), Token);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, cluster.Kubeconfig, Token);
        using var api = new KubernetesApi(await KubernetesAccess.LoadAsync(file), TimeProvider.System);
        File.Delete(file);

        var done = Assert.IsType<ApiOutcome.Done>(await api.GetAsync("/api/v1/namespaces/default", Token));

        Assert.Equal("default", done.Body.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Equal("default", api.Namespace);
    }

    [Theory]
    [InlineData("/there/is/none", "kubeconfig /there/is/none: there is no such file")]
    [InlineData("/", "kubeconfig /: this is a directory")]
    public async Task A_kubeconfig_that_is_not_there_is_told(string file, string expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<KubeConfigException>(() => KubernetesAccess.LoadAsync(file))).Message);

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# nothing\n", "the file is empty")]
    [InlineData("hello", "this is no kubeconfig: it names no clusters")]
    [InlineData("- a\n- b\n", "this is no kubeconfig: it names no clusters")]
    [InlineData("kind: Config\nclusters: []\n", "this is no kubeconfig: it names no clusters")]
    [InlineData("a: [", "this is no kubeconfig: line ")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h}}]\ncontexts: []\ncurrent-context: x\n", "CurrentContext: x not found in contexts in kubeconfig")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h, certificate-authority-data: '!!'}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\ncurrent-context: x\n", "a value that must be base64 is none: ")]
    [InlineData("clusters: [{name: c, cluster: {server: '//'}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: 7}}]\ncurrent-context: x\n", "Bad server host URL `//` (cannot be parsed)")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {client-certificate-data: eA==, client-key-data: eA==}}]\ncurrent-context: x\n", "the client certificate cannot be used: ")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {client-certificate-data: '!', client-key-data: eA==}}]\ncurrent-context: x\n", "the client certificate must be base64 and is none: ")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {client-certificate: none.crt, client-key: none.key}}]\ncurrent-context: x\n", "the client certificate cannot be read: ")]
    [InlineData("clusters: [{name: c, cluster: {server: ftp://h}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: t}}]\ncurrent-context: x\n", "the server's address 'ftp://h' is no URL that begins with https:// or http://")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {exec: {command: /nowhere/plugin, apiVersion: v1}}}]\ncurrent-context: x\n", "external exec failed due to: ")]
    [InlineData("clusters: [{name: c, cluster: {server: https://h}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {exec: {command: echo, args: [noise], apiVersion: v1}}}]\ncurrent-context: x\n", "external exec failed due to failed deserialization process: ")]
    public async Task A_kubeconfig_that_is_none_is_told(string text, string expected)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text, Token);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => KubernetesAccess.LoadAsync(file));
        File.Delete(file);

        var message = Assert.IsType<KubeConfigException>(error).Message;
        Assert.StartsWith($"kubeconfig {file}: {expected}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public async Task Outside_of_a_pod_a_kubeconfig_is_asked_for() => await Assert.ThrowsAsync<KubeConfigException>(() => KubernetesAccess.LoadAsync(null));
}

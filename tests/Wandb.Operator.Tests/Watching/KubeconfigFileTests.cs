using System.Text.Json.Nodes;
using k8s;
using k8s.KubeConfigModels;
using Wandb.Operator.Manifests;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

/// <summary>KubernetesClient's own reader is the judge: the same text must give the same model.</summary>
public sealed class KubeconfigFileTests
{
    private const string Everything = """
        apiVersion: v1
        kind: Config
        preferences: {}
        current-context: both
        clusters:
        - name: full
          cluster:
            server: https://api.example:6443/prefix
            tls-server-name: api.internal
            insecure-skip-tls-verify: true
            certificate-authority: pki/ca.crt
            certificate-authority-data: Y2E=
        - name: bare
          cluster: {server: "http://localhost:8080"}
        contexts:
        - name: both
          context: {cluster: full, user: everybody, namespace: team-a}
        - name: other
          context: {cluster: bare, user: plugin}
        users:
        - name: everybody
          user:
            client-certificate: pki/client.crt
            client-certificate-data: Y2VydA==
            client-key: pki/client.key
            client-key-data: a2V5
            token: abc
            username: u
            password: p
            auth-provider: {name: oidc, config: {client-id: id, id-token: t}}
        - name: plugin
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: get-token
              args: [--cluster, "7"]
              env: [{name: REGION, value: north}]
              installHint: get it
              provideClusterInfo: true
        """;

    [Fact]
    public void A_kubeconfig_is_read_as_KubernetesClient_reads_it()
    {
        using var text = new StringReader(Everything);
        var ours = KubeconfigFile.Model(Assert.IsType<JsonObject>(Assert.Single(YamlDocuments.Read(text))), "/etc/kube/config");

        var theirs = KubernetesYaml.Deserialize<K8SConfiguration>(Everything);

        Assert.Equal("/etc/kube/config", ours.FileName);
        Assert.Equal(theirs.CurrentContext, ours.CurrentContext);
        Assert.Equivalent(theirs.Clusters, ours.Clusters, strict: true);
        Assert.Equivalent(theirs.Contexts, ours.Contexts, strict: true);
        Assert.Equivalent(theirs.Users, ours.Users, strict: true);
    }
}

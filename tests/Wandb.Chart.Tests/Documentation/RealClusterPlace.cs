namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// A real API server, named as for the scenarios (docs/testing.md), whose nodes can run the chart's images and those of the samples: where a page is followed from
/// <c>helm install</c> to <c>helm uninstall</c>. Nothing of ours may be on it before.
/// </summary>
internal sealed class RealClusterPlace(RunPlace place, (string Url, string ApiKey) server)
{
    public const string Needs = "needs helm, kubectl and WANDB_E2E_KUBECONFIG";

    public static bool IsThere => Programs.IsOnPath("helm") && Programs.IsOnPath("kubectl") && Programs.Variable("WANDB_E2E_KUBECONFIG").Length > 0;

    public string Kubeconfig { get; } = Programs.Variable("WANDB_E2E_KUBECONFIG");

    /// <summary>What a platform team would have done: the namespace's runs go to the test's server, through a Service that leads out where pods need one.</summary>
    public void LeadToServer()
    {
        var annotation = Programs.Variable("WANDB_E2E_OUTSIDE_ANNOTATION");
        var url = annotation.Length == 0 ? server.Url : "http://wandb-server.default.svc";
        Kubectl(
            $$"""
            kubectl apply -f - <<'END'
            apiVersion: wandb-operator.io/v1alpha1
            kind: WandbProfile
            metadata: { name: default }
            spec: { baseUrl: "{{url}}", apiKeySecretRef: { name: wandb-api-key } }
            END
            """);
        if (annotation.Length > 0)
        {
            Kubectl(
                $$"""
                kubectl apply -f - <<'END'
                apiVersion: v1
                kind: Service
                metadata: { name: wandb-server, annotations: { {{annotation}}: "{{new Uri(server.Url).Authority}}" } }
                spec: { ports: [{ port: 80 }] }
                END
                """);
        }
    }

    /// <param name="cleanup">What no page takes away.</param>
    /// <returns>Names of what could still stand in the way of a pod, and of our kinds.</returns>
    public string LeftBehind(string cleanup)
    {
        Kubectl(cleanup);
        return Kubectl("kubectl get mutatingwebhookconfigurations,crds -o name | grep wandb || true");
    }

    private string Kubectl(string script)
    {
        var (status, output, error) = place.Run(script, server, Kubeconfig);
        Assert.True(status == 0, $"{script}\n{error}");
        return output;
    }
}

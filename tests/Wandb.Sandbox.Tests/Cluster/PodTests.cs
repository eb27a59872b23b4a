using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Tests.Cluster;

/// <summary>Pods as processes: they need a POSIX shell.</summary>
public sealed class PodTests
{
    [Fact]
    public async Task Sidecars_start_before_and_end_after_the_containers()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p"},"spec":{"restartPolicy":"Never",
            "initContainers":[
              {"name":"agent","image":"sandbox/host","restartPolicy":"Always","volumeMounts":[{"name":"v","mountPath":"/shared"}],
               "command":["sh","-c","trap 'cat /shared/out; echo agent ends; exit 0' TERM; echo agent > /shared/order; while :; do sleep 0.05; done"]},
              {"name":"init","image":"sandbox/host","command":["sh","-c","while [ ! -s /shared/order ]; do sleep 0.05; done; echo init >> /shared/order"],"volumeMounts":[{"name":"v","mountPath":"/shared"}]}],
            "containers":[{"name":"main","image":"sandbox/host","command":["sh","-c","cat $DIR/order; echo done > $DIR/out; exit 3"],
              "env":[{"name":"DIR","value":"/shared"}],"volumeMounts":[{"name":"v","mountPath":"/shared"}]}],
            "volumes":[{"name":"v","emptyDir":{}}]}}
            """);

        var pod = await client.UntilPhaseAsync("p", "Failed");

        Assert.Equal(3, pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Equal(0, pod["status"]!["initContainerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Equal("agent\ninit\n", await LogAsync(client, "p", "main"));
        Assert.Equal("done\nagent ends\n", await LogAsync(client, "p", "agent"));
    }

    [Fact]
    public async Task Sidecar_that_still_starts_when_the_containers_have_ended_is_asked_when_it_can_answer()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p"},"spec":{"restartPolicy":"Never",
            "initContainers":[{"name":"agent","image":"sandbox/host","restartPolicy":"Always","volumeMounts":[{"name":"v","mountPath":"/shared"}],
              "command":["sh","-c","while [ ! -e /shared/done ]; do sleep 0.05; done; sleep 0.3; trap 'echo asked; exit 0' TERM; while :; do sleep 0.05; done"]}],
            "containers":[{"name":"main","image":"sandbox/host","command":["sh","-c","touch $DIR/done"],
              "env":[{"name":"DIR","value":"/shared"}],"volumeMounts":[{"name":"v","mountPath":"/shared"}]}],
            "volumes":[{"name":"v","emptyDir":{}}]}}
            """);

        await client.UntilPhaseAsync("p", "Succeeded");

        Assert.Equal("asked\n", await LogAsync(client, "p", "agent"));
    }

    [Fact]
    public async Task Variables_come_from_fields_secrets_and_each_other()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync("api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"},"stringData":{"k":"secret"}}""");
        await client.CreateConfigMapAsync("c");
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p","labels":{"a/b":"label"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host",
            "command":["sh","-c","echo $A $B $C $D $E $(A)"],
            "env":[{"name":"A","value":"1"},{"name":"B","value":"$(A)$(NONE)$$(A)"},{"name":"C","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}},
            {"name":"D","valueFrom":{"configMapKeyRef":{"name":"c","key":"a"}}},{"name":"E","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['a/b']"}}}]}]}}
            """);

        await client.UntilPhaseAsync("p", "Succeeded");

        Assert.Equal("1 1$(NONE)$(A) secret 1 label 1\n", await LogAsync(client, "p", "c"));
    }

    [Fact]
    public async Task Files_of_a_volume_are_links_as_a_kubelet_makes_them()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync("api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"},"stringData":{"k":"secret"}}""");
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p","annotations":{"a/b":"one\ntwo\n"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host",
            "command":["sh","-c","readlink $D/notes.txt; cat $D/notes.txt $S/deep/key"],"env":[{"name":"D","value":"/d"},{"name":"S","value":"/s"}],
            "volumeMounts":[{"name":"d","mountPath":"/d"},{"name":"s","mountPath":"/s"}]}],
            "volumes":[{"name":"d","downwardAPI":{"items":[{"path":"notes.txt","fieldRef":{"fieldPath":"metadata.annotations['a/b']"}}]}},
            {"name":"s","secret":{"secretName":"s","items":[{"key":"k","path":"deep/key"}]}}]}}
            """);

        await client.UntilPhaseAsync("p", "Succeeded");

        Assert.Equal("..data/notes.txt\none\ntwo\nsecret\n", await LogAsync(client, "p", "c"));
    }

    [Fact]
    public async Task A_projected_token_is_good_for_its_audience_and_ends_with_its_pod()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p"},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host","command":["cat","/t/token"],"volumeMounts":[{"name":"t","mountPath":"/t"}]}],
            "volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"audience":"wandb-operator","path":"token"}}]}}]}}
            """);
        var pod = await client.UntilPhaseAsync("p", "Succeeded");
        var token = (await LogAsync(client, "p", "c")).Trim();

        var good = await ReviewAsync(client, token, "wandb-operator");
        var wrongAudience = await ReviewAsync(client, token, "other");
        var garbage = await ReviewAsync(client, token + "x", "wandb-operator");
        await client.SendAsync(HttpMethod.Delete, ClusterClient.Pods + "/p");
        var late = await ReviewAsync(client, token, "wandb-operator");

        Assert.True(good["authenticated"]!.GetValue<bool>());
        Assert.Equal("system:serviceaccount:default:default", good["user"]!["username"]!.GetValue<string>());
        Assert.Equal(pod["metadata"]!["uid"]!.GetValue<string>(), good["user"]!["extra"]!["authentication.kubernetes.io/pod-uid"]![0]!.GetValue<string>());
        Assert.All([wrongAudience, garbage, late], status => Assert.Null(status["authenticated"]));
    }

    [Fact]
    public async Task A_failed_container_is_started_again_as_the_policy_says()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p"},"spec":{"restartPolicy":"OnFailure","containers":[{"name":"c","image":"sandbox/host",
            "command":["sh","-c","echo x >> /v/n; [ $(wc -l < /v/n) -ge 3 ]"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}],"volumes":[{"name":"v","emptyDir":{}}]}}
            """);

        var pod = await client.UntilPhaseAsync("p", "Succeeded");

        Assert.Equal(2, pod["status"]!["containerStatuses"]![0]!["restartCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Deletion_asks_first_and_kills_after_the_grace_period()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p"},"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"sandbox/host",
            "command":["sh","-c","trap 'echo asked' TERM; while :; do sleep 0.05; done"]}]}}
            """);
        await client.UntilPhaseAsync("p", "Running");
        var log = client.SendAsync(HttpMethod.Get, ClusterClient.Pods + "/p/log?follow=true");
        await client.SendAsync(HttpMethod.Delete, ClusterClient.Pods + "/p");

        var ended = await client.UntilAsync(ClusterClient.Pods, "p", node => node["status"]!["containerStatuses"]![0]!["state"]!["terminated"] is not null);

        Assert.Equal(137, ended["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Contains("asked", (await log).Body.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eviction_and_lack_of_memory_are_told_as_a_kubelet_tells_them()
    {
        await using var client = await ClusterClient.StartAsync();
        foreach (var name in new[] { "evicted", "killed" })
        {
            await client.CreateAsync(ClusterClient.Pods, $$$"""
                {"metadata":{"name":"{{{name}}}"},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host","command":["sleep","600"]}]}}
                """);
            await client.UntilPhaseAsync(name, "Running");
        }

        Assert.True(await client.Cluster.EvictAsync("default", "evicted"));
        Assert.True(client.Cluster.KillOutOfMemory("default", "killed", "c"));
        var evicted = await client.UntilPhaseAsync("evicted", "Failed");
        var killed = await client.UntilPhaseAsync("killed", "Failed");

        Assert.Equal("Evicted", evicted["status"]!["reason"]!.GetValue<string>());
        Assert.Contains(evicted["status"]!["conditions"]!.AsArray(), item => item!["type"]!.GetValue<string>() == "DisruptionTarget");
        var end = killed["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!;
        Assert.Equal((137, "OOMKilled"), (end["exitCode"]!.GetValue<int>(), end["reason"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("{}", "{}", 403)]
    [InlineData("""{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""", """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}""", 201)]
    [InlineData("""{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""", """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsUser":0}""", 403)]
    public async Task A_restricted_namespace_takes_only_restricted_pods(string ofPod, string ofContainer, int expected)
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync("api/v1/namespaces", """{"metadata":{"name":"strict","labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}""");

        var (code, answer) = await client.PostAsync("api/v1/namespaces/strict/pods", $$$"""
            {"metadata":{"name":"p"},"spec":{"securityContext":{{{ofPod}}},"containers":[{"name":"c","image":"sandbox/host","command":["true"],"securityContext":{{{ofContainer}}}}]}}
            """);

        Assert.True(code == expected, answer.ToJsonString());
    }

    [Fact]
    public async Task A_preempted_pod_says_so_and_gets_its_grace_period()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p","finalizers":["example.org/stays"]},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"sandbox/host",
            "command":["sh","-c","trap 'exit 7' TERM; while :; do sleep 0.05; done"]}]}}
            """);
        await client.UntilPhaseAsync("p", "Running");

        Assert.True(await client.Cluster.PreemptAsync("default", "p", ClusterClient.Token));
        var pod = await client.UntilAsync(ClusterClient.Pods, "p", node => node["status"]!["containerStatuses"]?[0]?["state"]!["terminated"] is not null);

        Assert.Equal(7, pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Contains(pod["status"]!["conditions"]!.AsArray(), item => item!["reason"]?.GetValue<string>() == "PreemptionByScheduler");
        Assert.False(await client.Cluster.PreemptAsync("default", "none", ClusterClient.Token));
    }

    [Fact]
    public async Task A_killed_sidecar_is_started_again()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """
            {"metadata":{"name":"p"},"spec":{"initContainers":[{"name":"s","image":"sandbox/host","restartPolicy":"Always","command":["sleep","600"]}],
            "containers":[{"name":"c","image":"sandbox/host","command":["sleep","600"]}]}}
            """);
        await client.UntilPhaseAsync("p", "Running");

        Assert.True(client.Cluster.KillContainer("default", "p", "s"));
        var pod = await client.UntilAsync(ClusterClient.Pods, "p", node => node["status"]!["initContainerStatuses"]![0]!["restartCount"]!.GetValue<int>() == 1);

        var end = pod["status"]!["initContainerStatuses"]![0]!["lastState"]!["terminated"]!;
        Assert.Equal((137, "Error"), (end["exitCode"]!.GetValue<int>(), end["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Pods_of_a_lost_node_stay_until_the_node_is_deleted()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"sandbox/host","command":["sleep","600"]}]}}""");
        await client.UntilPhaseAsync("p", "Running");

        await client.Cluster.LoseNodeAsync("node-1", killsProcesses: true, ClusterClient.Token);
        var (_, pod) = await client.GetAsync(ClusterClient.Pods + "/p");
        await client.SendAsync(HttpMethod.Delete, "api/v1/nodes/node-1");
        for (var code = 200; code != 404;)
        {
            (code, _) = await client.GetAsync(ClusterClient.Pods + "/p");
        }

        Assert.Equal("Running", pod["status"]!["phase"]!.GetValue<string>());
        Assert.NotNull(pod["metadata"]!["deletionTimestamp"]);
    }

    private static async Task<string> LogAsync(ClusterClient client, string pod, string container) =>
        (await client.GetAsync($"{ClusterClient.Pods}/{pod}/log?container={container}")).Body.GetValue<string>();

    private static async Task<JsonNode> ReviewAsync(ClusterClient client, string token, string audience)
    {
        var review = new JsonObject { ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray(audience) } };
        return (await client.PostAsync("apis/authentication.k8s.io/v1/tokenreviews", review.ToJsonString())).Body["status"]!;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Serving;

namespace Wandb.Operator.Admission;

/// <summary>
/// Answers a review of its own before this replica is ready. The first one has to be compiled: a third of a second of a whole processor, but more than
/// the 3 s of the webhook where the node has little left for us, and the pod that came first after a start would go without an agent.
/// </summary>
internal sealed class FirstReview(OperatorDefaults defaults, TimeProvider time, ILogger<AdmissionEndpoint> log)
    : BackgroundService, IReadiness, IPodSurroundings, IAdmissionOutcomes
{
    // A training pod as they come, so that most of what any pod needs is needed here.
    private const string Review = """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "first", "operation": "CREATE", "namespace": "default", "dryRun": true, "object": {
          "apiVersion": "v1", "kind": "Pod",
          "metadata": {"generateName": "first-0-", "labels": {"app": "first"}, "annotations": {"wandb-operator.io/run": "first", "batch.kubernetes.io/job-completion-index": "0"}},
          "spec": {
            "restartPolicy": "Never", "serviceAccountName": "default", "nodeName": "node",
            "initContainers": [{"name": "data", "image": "data", "command": ["true"]}],
            "containers": [{
              "name": "trainer", "image": "trainer", "command": ["python"], "args": ["train.py"], "workingDir": "/work",
              "env": [{"name": "A", "value": "$(B)"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
              "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
              "securityContext": {"runAsNonRoot": true, "runAsUser": 1000},
              "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
            "volumes": [{"name": "data", "emptyDir": {}}]}}}}
        """;

    private volatile bool _isOver;

    public string Name => "first review";

    public bool IsReady => _isOver;

    public string? Reason => _isOver ? null : "not over yet";

    /// <summary>How it ended; null until then.</summary>
    internal AdmissionDecision? Decision { get; private set; }

    ValueTask<PodSurroundings> IPodSurroundings.GatherAsync(string @namespace, JsonObject pod, CancellationToken ct) => new(new PodSurroundings
    {
        Namespace = @namespace,
        Owners = [new PodOwner { Kind = "Job", Name = "first", Uid = "first" }],
        Run = new WandbRun
        {
            Metadata = new ObjectMeta { Name = "first", Namespace = @namespace },
            Spec = new WandbRunSpec { Project = "first", Tags = ["first"], NameTemplate = "{job}-{index}" },
        },
        // Whom the chart lets write where is not what is rehearsed: a pod that is left alone needs little.
        Defaults = defaults with { Settings = defaults.Settings with { AllowedProjects = null, AllowedEntities = null } },
    });

    void IAdmissionOutcomes.Record(AdmissionOutcome outcome) => Decision = outcome.Decision;

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of a rehearsal: what goes wrong in it is logged, and must not keep pods from an operator that may well answer them.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var body = new MemoryStream(Encoding.UTF8.GetBytes(Review));
            var context = new DefaultHttpContext { RequestAborted = stoppingToken };
            context.Request.Body = body;
            await new AdmissionEndpoint(this, this, time, log).AnswerAsync(context, "Pod");
        }
        catch (Exception exception)
        {
            log.FirstReviewFailed(exception);
        }
        finally
        {
            _isOver = true;
        }
    }
}

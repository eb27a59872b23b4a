namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>The kinds that are there before any CustomResourceDefinition.</summary>
internal static class BuiltInKinds
{
    private static readonly string[] EventFields =
    [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ];

    public static ResourceKind Namespaces { get; } = new("", "v1", "Namespace", "namespaces", false)
    {
        ShortNames = ["ns"],
        HasStatus = true,
        MoreSelectableFields = ["status.phase"],
        Columns = BuiltInColumns.Namespaces,
    };

    public static ResourceKind Pods { get; } = new("", "v1", "Pod", "pods", true)
    {
        ShortNames = ["po"],
        Categories = ["all"],
        HasStatus = true,
        CountsGenerations = true,
        MoreSelectableFields = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP"],
        Columns = PodColumns.All,
    };

    public static ResourceKind Events { get; } = new("", "v1", "Event", "events", true)
    {
        ShortNames = ["ev"],
        MoreSelectableFields = EventFields,
        Columns = BuiltInColumns.Events,
    };

    public static ResourceKind Secrets { get; } = new("", "v1", "Secret", "secrets", true) { MoreSelectableFields = ["type"], Columns = BuiltInColumns.Secrets };

    public static ResourceKind ConfigMaps { get; } = new("", "v1", "ConfigMap", "configmaps", true) { ShortNames = ["cm"], Columns = BuiltInColumns.ConfigMaps };

    public static ResourceKind Services { get; } = new("", "v1", "Service", "services", true)
    {
        ShortNames = ["svc"],
        Categories = ["all"],
        HasStatus = true,
        Columns = BuiltInColumns.Services,
    };

    public static ResourceKind ServiceAccounts { get; } = new("", "v1", "ServiceAccount", "serviceaccounts", true) { ShortNames = ["sa"] };

    public static ResourceKind Nodes { get; } = new("", "v1", "Node", "nodes", false)
    {
        ShortNames = ["no"],
        HasStatus = true,
        MoreSelectableFields = ["spec.unschedulable"],
        Columns = BuiltInColumns.Nodes,
    };

    public static ResourceKind Claims { get; } = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true)
    {
        ShortNames = ["pvc"],
        HasStatus = true,
        Columns = BuiltInColumns.Claims,
    };

    public static ResourceKind Deployments { get; } = new("apps", "v1", "Deployment", "deployments", true)
    {
        ShortNames = ["deploy"],
        Categories = ["all"],
        HasStatus = true,
        CountsGenerations = true,
        Columns = BuiltInColumns.Deployments,
    };

    // Kept, and of no effect here: nothing is counted against a quota, everybody may do everything, and nothing comes between two processes.
    public static ResourceKind Quotas { get; } = new("", "v1", "ResourceQuota", "resourcequotas", true) { ShortNames = ["quota"], HasStatus = true };

    public static ResourceKind LimitRanges { get; } = new("", "v1", "LimitRange", "limitranges", true) { ShortNames = ["limits"] };

    public static ResourceKind DisruptionBudgets { get; } =
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true) { ShortNames = ["pdb"], HasStatus = true, CountsGenerations = true };

    public static ResourceKind NetworkPolicies { get; } =
        new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true) { ShortNames = ["netpol"], CountsGenerations = true };

    public static ResourceKind Roles { get; } = new("rbac.authorization.k8s.io", "v1", "Role", "roles", true);

    public static ResourceKind RoleBindings { get; } = new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true);

    public static ResourceKind ClusterRoles { get; } = new("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false);

    public static ResourceKind ClusterRoleBindings { get; } = new("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false);

    public static ResourceKind Jobs { get; } = new("batch", "v1", "Job", "jobs", true)
    {
        Categories = ["all"],
        HasStatus = true,
        CountsGenerations = true,
        MoreSelectableFields = ["status.successful"],
        Columns = BuiltInColumns.Jobs,
    };

    public static ResourceKind Leases { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", true) { Columns = BuiltInColumns.Leases };

    public static ResourceKind Definitions { get; } = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false)
    {
        ShortNames = ["crd", "crds"],
        HasStatus = true,
        CountsGenerations = true,
        Columns = BuiltInColumns.Definitions,
    };

    public static ResourceKind MutatingWebhooks { get; } =
        new("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false)
        {
            CountsGenerations = true,
            Columns = BuiltInColumns.Webhooks,
        };

    public static ResourceKind TokenReviews { get; } = new("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", false) { IsCreateOnly = true };

    public static ResourceKind SelfAccessReviews { get; } =
        new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false) { IsCreateOnly = true };

    // Events of the newer group are stored apart from those of core: nothing here reads one as the other.
    public static ResourceKind NewEvents { get; } = new("events.k8s.io", "v1", "Event", "events", true)
    {
        MoreSelectableFields = ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reason", "reportingController", "type"],
        Columns = BuiltInColumns.Events,
    };

    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        Namespaces, Pods, Events, Secrets, ConfigMaps, Services, ServiceAccounts, Nodes, Claims, Jobs, Leases, Definitions, MutatingWebhooks,
        TokenReviews, SelfAccessReviews, NewEvents, Quotas, LimitRanges, Roles, RoleBindings, ClusterRoles, ClusterRoleBindings,
        Deployments, DisruptionBudgets, NetworkPolicies,
    ];
}

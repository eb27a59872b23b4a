namespace Wandb.Operator.Resources;

/// <summary>Names of our kinds as the API server knows them.</summary>
internal static class ResourceNames
{
    public const string Group = "wandb-operator.io";
    public const string Version = "v1alpha1";
    public const string ApiVersion = $"{Group}/{Version}";
    public const string Runs = "wandbruns";
    public const string Profiles = "wandbprofiles";
}

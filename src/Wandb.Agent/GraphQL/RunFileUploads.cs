namespace Wandb.Agent.GraphQL;

/// <summary>Where the files of a run go.</summary>
/// <param name="Urls">Upload URL by file name.</param>
/// <param name="Headers">"Name:Value", to be sent with each of them.</param>
internal sealed record RunFileUploads(IReadOnlyDictionary<string, string> Urls, IReadOnlyList<string> Headers);

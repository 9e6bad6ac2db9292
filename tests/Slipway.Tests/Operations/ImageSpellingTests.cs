using Slipway.Operations;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Operations;

public sealed class ImageSpellingTests
{
    const string Digest = "sha256:5b3e7f0a1c2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7";

    static Container Runs(string image, string? imageId, bool alwaysPulls = false) => new() { Name = "app", Image = image, ImageId = imageId, AlwaysPulls = alwaysPulls };

    [Theory]
    [InlineData("nginx", $"docker.io/library/nginx@{Digest}", $"nginx@{Digest}")]
    [InlineData("nginx:1.25", $"docker.io/library/nginx@{Digest}", $"nginx:1.25@{Digest}")]
    [InlineData("nginx:1.25", $"docker-pullable://nginx@{Digest}", $"nginx:1.25@{Digest}")]
    [InlineData("registry.example:5000/team/app:2", $"registry.example:5000/team/app@{Digest}", $"registry.example:5000/team/app:2@{Digest}")]
    public void The_running_digest_is_pinned(string image, string imageId, string expected) =>
        Assert.Equal((expected, null), ImageSpelling.Other(Runs(image, imageId, alwaysPulls: true)));

    [Theory]
    [InlineData($"nginx:1.25@{Digest}")]
    [InlineData($"nginx@{Digest}")]
    [InlineData($"docker.io/library/nginx@{Digest}")]
    [InlineData($"registry.example/app:2@{Digest}")]
    [InlineData($"registry.example/app@{Digest}")]
    public void A_pinned_image_keeps_its_digest_and_is_still_spelled_another_way(string image)
    {
        var (other, refusal) = ImageSpelling.Other(Runs(image, null));

        Assert.Null(refusal);
        Assert.NotEqual(image, other);
        Assert.EndsWith(Digest, other, StringComparison.Ordinal);
        Assert.Equal(ImageName.Parse(image).FullRepository, ImageName.Parse(other!).FullRepository);
    }

    [Fact]
    public void A_digest_that_belongs_to_another_repository_is_not_trusted()
    {
        var (other, _) = ImageSpelling.Other(Runs("mirror.example/nginx:1", $"docker.io/library/nginx@{Digest}", alwaysPulls: true));

        Assert.Null(other);
    }

    [Fact]
    public void Without_a_digest_the_full_name_is_used_where_the_node_does_not_pull_again() =>
        Assert.Equal("docker.io/library/nginx:1.25", ImageSpelling.Other(Runs("nginx:1.25", "sha256:abc")).Image);

    [Fact]
    public void Without_a_digest_a_node_that_always_pulls_could_bring_other_bytes() =>
        Assert.Equal("container app always pulls nginx:latest and its node does not say which digest runs", ImageSpelling.Other(Runs("nginx:latest", null, alwaysPulls: true)).Refusal);

    [Fact]
    public void An_image_with_one_spelling_only_is_refused() =>
        Assert.Equal("the image registry.example/app:2 of container app can be spelled in one way only", ImageSpelling.Other(Runs("registry.example/app:2", null)).Refusal);

    [Theory]
    [InlineData("registry.example/shop/cart:1.4")]
    [InlineData("nginx")]
    public void A_pod_is_restarted_any_number_of_times(string image)
    {
        var imageId = $"{ImageName.Parse(image).FullRepository}@{Digest}";

        for (var restart = 1; restart <= 10; restart++)
        {
            var (other, refusal) = ImageSpelling.Other(Runs(image, imageId));
            Assert.Null(refusal);
            Assert.NotEqual(image, other);
            Assert.EndsWith($"@{Digest}", other, StringComparison.Ordinal);
            image = other!;
        }
    }

    [Theory]
    [InlineData("localhost/app", "localhost/app")]
    [InlineData("team/app", "docker.io/team/app")]
    [InlineData("host:5000/app", "host:5000/app")]
    public void A_short_name_stands_for_the_default_registry(string image, string full) => Assert.Equal(full, ImageName.Parse(image).FullRepository);
}
